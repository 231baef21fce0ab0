import type { LiveRun } from '../liveRun.ts';

/** What a run has answered as a text: its output where it has one, else what it has said so far. */
export function textOfAnswer({ output, said }: Pick<LiveRun, 'output' | 'said'>): string {
  if (typeof output === 'string') return output;
  if (output !== undefined && output !== null) return JSON.stringify(output, null, 2);
  return said.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n\n');
}

/**
 * A long text in pieces that are drawn apart, so that a token draws the last one anew and no other. Joined, they are the text.
 */
export function paragraphs(text: string): readonly string[] {
  return text.split(/(?<=\n\n)(?!\n)/).flatMap((paragraph) => paragraph.match(/[\s\S]{1,4000}/gu) ?? []);
}
