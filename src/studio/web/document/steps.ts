import { changeBetween } from '../../../core/workflow/source/change.ts';

/** One gesture: which part of the text it replaced, and by what. Undoing it puts the first bytes back. */
export interface Step {
  /** What was done, as the menu shows it: "Add OpenAI node". */
  readonly title: string;
  readonly start: number;
  readonly removed: string;
  readonly inserted: string;
  /** What was selected before and after it. */
  readonly selectedBefore: readonly string[];
  readonly selectedAfter: readonly string[];
  /** Steps with the same key, one right after the other, become one: what is typed into one field. */
  readonly mergeKey: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Typing goes on as one step until it rests for so long. */
const restMs = 1_200;

export function stepBetween(before: string, after: string, rest: Omit<Step, 'start' | 'removed' | 'inserted'>): Step {
  const { start, endBefore, endAfter } = changeBetween(before, after);
  return { ...rest, start, removed: before.slice(start, endBefore), inserted: after.slice(start, endAfter) };
}

export function undone(text: string, { start, removed, inserted }: Step): string {
  return text.slice(0, start) + removed + text.slice(start + inserted.length);
}

export function redone(text: string, { start, removed, inserted }: Step): string {
  return text.slice(0, start) + inserted + text.slice(start + removed.length);
}

/**
 * Adds a step; one that goes on with the last becomes one with it, and none where that takes it back.
 * @param text what both together have made
 * @param isOneGesture however long typing rested: what is written is kept as it is typed, and one step at the end
 */
export function pushed(steps: readonly Step[], step: Step, text: string, isOneGesture: boolean): readonly Step[] {
  const last = steps.at(-1);
  const goesOn = last !== undefined && step.mergeKey !== undefined && last.mergeKey === step.mergeKey;
  if (!goesOn || (!isOneGesture && step.at - last.at > restMs)) return [...steps, step];
  const before = undone(undone(text, step), last);
  if (before === text) return steps.slice(0, -1);
  const { title, mergeKey, at, selectedAfter } = step;
  const { selectedBefore } = last;
  return [...steps.slice(0, -1), stepBetween(before, text, { title, mergeKey, at, selectedAfter, selectedBefore })];
}
