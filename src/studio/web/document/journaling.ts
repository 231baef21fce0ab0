import { useDocument, type OpenDocument } from './documentStore.ts';
import { keepJournal } from './journal.ts';

const restMs = 200;

/** Keeps the open file's steps in the browser while it is edited. */
export function startJournaling(): () => void {
  let timer: number | undefined;
  let kept: OpenDocument | undefined;
  const keep = (): void => {
    timer = undefined;
    const { current } = useDocument.getState();
    if (
      current === undefined ||
      (kept?.undo === current.undo && kept.redo === current.redo && kept.stored === current.stored)
    )
      return;
    kept = current;
    keepJournal(current);
  };
  // The last moment in which a page that goes away is heard.
  addEventListener('pagehide', keep);
  const end = useDocument.subscribe(() => {
    timer ??= window.setTimeout(keep, restMs);
  });
  return () => {
    end();
    removeEventListener('pagehide', keep);
  };
}
