import type { Drawing } from '../../../core/workflow/edits/index.ts';
import { applyEdits, type Diagnostic, type Fix } from '../../../core/workflow/index.ts';
import { useDocument } from './documentStore.ts';

/** What a finding is about: a node, a note or an edge of the drawing that was compiled; undefined when it is about the whole. */
export function subjectOf(
  { path }: Pick<Diagnostic, 'path'>,
  drawing: Drawing,
): { readonly item: string } | { readonly edge: number } | undefined {
  const [list, index] = path;
  if (list === 'nodes') {
    const id = drawing.nodes.find((node) => node.index === index)?.id;
    return id === undefined ? undefined : { item: id };
  }
  if (list === 'edges' && typeof index === 'number') return { edge: index };
  if (list === 'notes' && typeof index === 'number') {
    const id = drawing.notes[index]?.id;
    return id === undefined ? undefined : { item: id };
  }
  return undefined;
}

/** Does what a finding proposes, as one step; not when the text has gone on since it was found. */
export function applyFix({ title, edits }: Fix): void {
  const { current, refuse, setText } = useDocument.getState();
  if (current === undefined) return;
  if (current.compiled?.text === current.text) setText(applyEdits(current.text, edits), title);
  else refuse('The workflow is being checked; try again in a moment.');
}
