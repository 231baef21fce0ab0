import { applyEdits, type Diagnostic, type Fix } from '../../../core/workflow/index.ts';
import { useDocument } from '../document/documentStore.ts';
import { writeAll } from './pendingEdits.ts';

/** Whether what was found is of the text as it is now. */
export function isUpToDate(): boolean {
  const { current } = useDocument.getState();
  return current !== undefined && current.compiled?.text === current.text;
}

/** Mends what was found, as one step; what was found of an older text is left to be found again. */
export function applyFix({ title, edits }: Fix): void {
  const { current } = useDocument.getState();
  const before = current?.text;
  writeAll();
  const { current: now, setText } = useDocument.getState();
  if (now === undefined || now.text !== before || !isUpToDate()) return;
  setText(applyEdits(now.text, edits), title);
}

/** Each fix once, however many findings have it. */
export function fixesOf(diagnostics: readonly Diagnostic[]): readonly Fix[] {
  return [...new Map(diagnostics.flatMap(({ fixes = [] }) => fixes).map((fix) => [fix.title, fix])).values()];
}
