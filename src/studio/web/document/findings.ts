import type { Diagnostic } from '../../../core/workflow/diagnostics/diagnostic.ts';
import type { Drawing } from '../../../core/workflow/edits/index.ts';

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
