import type { Drawing } from '../../../core/workflow/edits/index.ts';
import { applyEdits, type Diagnostic, type Fix } from '../../../core/workflow/index.ts';
import { useDocument } from './documentStore.ts';

/** The id of the node that a finding is about; of an edge's, the node that it leaves. */
export function nodeOfFinding({ path }: Pick<Diagnostic, 'path'>, { nodes, edges }: Drawing): string | undefined {
  const [list, index] = path;
  if (list === 'nodes') return nodes.find((node) => node.index === index)?.id;
  if (list === 'edges') return edges.find((edge) => edge.index === index)?.wire.source;
  return undefined;
}

/** Does what a finding proposes, as one step; not when the text has gone on since it was found. */
export function applyFix({ title, edits }: Fix): void {
  const { current, refuse, setText } = useDocument.getState();
  if (current === undefined) return;
  if (current.compiled?.text === current.text) setText(applyEdits(current.text, edits), title);
  else refuse('The workflow is being checked; try again in a moment.');
}
