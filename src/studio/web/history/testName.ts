import type { Problem } from '../../../core/events.ts';
import type { Json } from '../../../core/workflow/index.ts';
import type { RunState } from '../../protocol/index.ts';

interface NamedRun {
  readonly state: RunState;
  readonly input: Json | undefined;
  readonly problem: Problem | undefined;
}

const mostLetters = 48;

/** What a test of a run may be called: what was asked, or how it failed. */
export function testName({ state, input, problem }: NamedRun): string {
  if (state === 'cancelled') return 'is stopped';
  if (state === 'failed') return problem === undefined ? 'fails' : `fails with ${problem.code.replaceAll('_', ' ')}`;
  const asked = input === undefined ? undefined : firstText(input);
  return asked === undefined ? 'answers a request' : `answers ${shortened(asked)}`;
}

function firstText(value: Json): string | undefined {
  if (typeof value === 'string') return /[\p{L}\p{N}]/u.test(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const inner of Object.values(value)) {
    const found = firstText(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whole words, as many as there is room for. */
function shortened(text: string): string {
  const words = text.trim().replaceAll(/\s+/g, ' ');
  if (words.length <= mostLetters) return words;
  const cut = words.slice(0, mostLetters);
  return cut.slice(0, Math.max(cut.lastIndexOf(' '), 16)).trimEnd();
}
