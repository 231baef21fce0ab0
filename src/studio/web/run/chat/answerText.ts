import type { LiveRun } from '../liveRun.ts';

/** What a run has answered as a text: its output where it has one, else what it has said so far. */
export function textOfAnswer({ output, said }: Pick<LiveRun, 'output' | 'said'>): string {
  if (typeof output === 'string') return output;
  if (output !== undefined && output !== null) return JSON.stringify(output, null, 2);
  return said.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n\n');
}
