import { applyEdits, type Fix } from '../../../core/workflow/index.ts';
import { useDocument } from './documentStore.ts';

/** Does what a finding proposes, as one step; not when the text has gone on since it was found. */
export function applyFix({ title, edits }: Fix): void {
  const { current, refuse, setText } = useDocument.getState();
  if (current === undefined) return;
  if (current.compiled?.text === current.text) setText(applyEdits(current.text, edits), title);
  else refuse('The workflow is being checked; try again in a moment.');
}
