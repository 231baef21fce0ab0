import { applyEdits, type Diagnostic, type TextEdit } from '../core/workflow/index.ts';

/**
 * Applies the first fix of every diagnostic, in the order of the text; a fix that touches what another one changed waits for the
 * next round. Gives the new text and the titles of what was done.
 */
export function applyFixes(
  text: string,
  diagnostics: readonly Diagnostic[],
): { readonly text: string; readonly applied: readonly string[] } {
  const taken: TextEdit[] = [];
  const applied: string[] = [];
  for (const { fixes } of diagnostics) {
    const [fix] = fixes ?? [];
    if (fix === undefined || fix.edits.some((edit) => taken.some((other) => touch(edit, other)))) continue;
    taken.push(...fix.edits);
    applied.push(fix.title);
  }
  return { text: applyEdits(text, taken), applied };
}

function touch(a: TextEdit, b: TextEdit): boolean {
  return a.start <= b.end && b.start <= a.end;
}
