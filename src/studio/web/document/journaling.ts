import { useDocument, type OpenDocument } from './documentStore.ts';
import { keepJournal, keepUnsaved } from './journal.ts';

const restMs = 200;

/** Keeps the open file's steps in the browser while it is edited. */
export function startJournaling(): () => void {
  let timer: number | undefined;
  let kept: OpenDocument | undefined;
  const keep = (current = useDocument.getState().current): void => {
    if (
      current === undefined ||
      (kept?.undo === current.undo && kept.redo === current.redo && kept.stored === current.stored)
    )
      return;
    kept = current;
    keepJournal(current);
  };
  // The last moment in which a page that goes away is heard.
  const keepLast = (): void => keep();
  addEventListener('pagehide', keepLast);
  const end = useDocument.subscribe((_state, before) => {
    // Whoever heard of the change before may have sent it: what is kept says so.
    const { current } = useDocument.getState();
    const isOther =
      current?.text !== before.current?.text ||
      current?.stored !== before.current?.stored ||
      current?.sent !== before.current?.sent;
    if (current !== undefined && isOther) keepUnsaved(current);
    if (before.current !== undefined && current?.file !== before.current.file) keep(before.current);
    timer ??= window.setTimeout(() => {
      timer = undefined;
      keep();
    }, restMs);
  });
  return () => {
    end();
    removeEventListener('pagehide', keepLast);
  };
}
