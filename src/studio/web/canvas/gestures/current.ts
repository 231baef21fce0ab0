import type { Drawing, EditResult } from '../../../../core/workflow/edits/index.ts';
import { useDocument, type OpenDocument } from '../../document/documentStore.ts';

/** The open file; gestures happen on nothing else. */
export function current(): OpenDocument | undefined {
  return useDocument.getState().current;
}

/** Does an edit of the open file as one step. */
export function edit(
  make: (text: string, document: OpenDocument) => EditResult,
  options?: { readonly mergeKey: string; readonly isOneGesture?: boolean },
): boolean {
  const document = current();
  if (document === undefined) return false;
  return useDocument.getState().apply(make(document.text, document), options);
}

/** What is selected, sorted by what it is. */
export function selected({ drawing, selection }: OpenDocument): {
  readonly nodes: Drawing['nodes'];
  readonly notes: Drawing['notes'];
} {
  return {
    nodes: drawing.nodes.filter(({ id }) => selection.has(id)),
    notes: drawing.notes.filter(({ id }) => selection.has(id)),
  };
}

/** Edits one after the other that are one step; the first that is refused refuses all. */
export function inTurn(text: string, title: string, edits: readonly ((text: string) => EditResult)[]): EditResult {
  let [last, ids]: [string, readonly string[]] = [text, []];
  for (const make of edits) {
    const result = make(last);
    if (!result.ok) return result;
    last = result.text;
    if (result.selected.length > 0) ids = result.selected;
  }
  return { ok: true, text: last, title, selected: ids };
}
