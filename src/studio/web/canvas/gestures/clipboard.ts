import { copyItems, paste, removeItems } from '../../../../core/workflow/edits/index.ts';
import { useDocument } from '../../document/documentStore.ts';
import { snapped } from '../geometry.ts';
import { reveal, canvasPoint } from '../viewport.ts';
import { current, edit, selected } from './current.ts';
import { pointerOnCanvas } from './pointer.ts';

/** The selection as text, as it lies in the clipboard; undefined when nothing is selected. */
export function copied(): string | undefined {
  const document = current();
  return document === undefined || document.selection.size === 0
    ? undefined
    : copyItems(document.text, document.selection);
}

export function removeSelected(): void {
  const document = current();
  if (document === undefined) return;
  const { nodes, notes } = selected(document);
  const edges = document.selectedEdge === undefined ? [] : [document.selectedEdge];
  edit((text) => removeItems(text, { nodes: nodes.map(({ id }) => id), notes: notes.map(({ id }) => id), edges }));
}

/** Puts what is in the clipboard where the pointer is. */
export function pasteText(clipboard: string, keepWires: boolean): void {
  const pointer = pointerOnCanvas();
  const at = pointer && snapped(canvasPoint(pointer));
  if (!edit((text) => paste(text, clipboard, { ...(at !== undefined && { at }), keepWires }))) return;
  const [id] = current()?.selection ?? [];
  if (id !== undefined) reveal(id);
}

/** For menus and the palette; with keys the browser's own events bring the text. */
export async function copyByCommand(removes: boolean): Promise<void> {
  const text = copied();
  if (text === undefined) return;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    useDocument.getState().refuse('The browser does not let the page write to the clipboard. Use the keys.');
    return;
  }
  if (removes) removeSelected();
}

export async function pasteByCommand(keepWires: boolean): Promise<void> {
  try {
    pasteText(await navigator.clipboard.readText(), keepWires);
  } catch {
    useDocument.getState().refuse('The browser does not let the page read the clipboard. Use the keys.');
  }
}

/** Listens to copy, cut and paste on the canvas; gives the function that ends it. */
export function startClipboard(): () => void {
  let isShift = false;
  const onKey = ({ shiftKey }: KeyboardEvent): void => {
    isShift = shiftKey;
  };
  const onCopy = (event: ClipboardEvent): void => {
    const text = isOnCanvas(event) ? copied() : undefined;
    if (text === undefined || getSelection()?.isCollapsed === false) return;
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    if (event.type === 'cut') removeSelected();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const text = isOnCanvas(event) ? event.clipboardData?.getData('text/plain') : undefined;
    if (text === undefined || text === '' || current() === undefined) return;
    event.preventDefault();
    pasteText(text, isShift);
  };
  addEventListener('keydown', onKey, true);
  document.addEventListener('copy', onCopy);
  document.addEventListener('cut', onCopy);
  document.addEventListener('paste', onPaste);
  return () => {
    removeEventListener('keydown', onKey, true);
    document.removeEventListener('copy', onCopy);
    document.removeEventListener('cut', onCopy);
    document.removeEventListener('paste', onPaste);
  };
}

function isOnCanvas({ target }: Event): boolean {
  if (document.querySelector('[role="dialog"]') !== null) return false;
  // After a click on something without a focus of its own, the body has it.
  if (document.activeElement === document.body || document.activeElement === null) return true;
  const element = target instanceof Element ? target : document.activeElement;
  return element.closest('[data-canvas]') !== null && element.closest('input, textarea') === null;
}
