import * as z from 'zod';

import type { OpenDocument } from './documentStore.ts';
import type { Step } from './steps.ts';

const stepSchema = z.object({
  title: z.string(),
  start: z.int(),
  removed: z.string(),
  inserted: z.string(),
  selectedBefore: z.array(z.string()),
  selectedAfter: z.array(z.string()),
  mergeKey: z.string().optional(),
  at: z.number(),
});

const journalSchema = z.object({
  /** What was not saved; absent where everything was. */
  text: z.string().optional(),
  /** The hash of what lay on disk. */
  base: z.string(),
  undo: z.array(stepSchema),
  redo: z.array(stepSchema),
});

/** What a page would lose with a reload, a crash of its tab, or a Studio that has ended: steps, and a text that is not saved. */
export interface Journal {
  readonly text?: string | undefined;
  readonly base: string;
  readonly undo: readonly Step[];
  readonly redo: readonly Step[];
}

const mostCharacters = 2_000_000;
const keyOf = (path: string): string => `catalyst-steps:${path}`;

/** Keeps a file's steps in the browser; the oldest go where they would take too much. */
export function keepJournal({ path, text, stored, undo, redo }: OpenDocument): void {
  let kept = undo;
  for (;;) {
    const unsaved = text === stored.text ? undefined : text;
    const journal = JSON.stringify({ text: unsaved, base: stored.hash, undo: kept, redo } satisfies Journal);
    if (journal.length <= mostCharacters || kept.length === 0) {
      try {
        localStorage.setItem(keyOf(path), journal);
      } catch {
        // The browser keeps no more: the file itself is safe on disk, steps are a comfort.
        localStorage.removeItem(keyOf(path));
      }
      return;
    }
    kept = kept.slice(Math.ceil(kept.length / 2));
  }
}

/** What was kept of a file, if it can be read. */
export function readJournal(path: string): Journal | undefined {
  try {
    const parsed = journalSchema.safeParse(JSON.parse(localStorage.getItem(keyOf(path)) ?? 'null'));
    if (!parsed.success) return undefined;
    const steps = (of: z.output<typeof stepSchema>[]): Step[] => of.map((step) => ({ mergeKey: undefined, ...step }));
    return { ...parsed.data, undo: steps(parsed.data.undo), redo: steps(parsed.data.redo) };
  } catch {
    return undefined;
  }
}
