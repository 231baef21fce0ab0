import type { OpenedFile } from '../../protocol/index.ts';
import { ApiError, ask } from '../api/client.ts';
import { onServerEvent, useStudio } from '../api/studioStore.ts';
import { useDocument } from './documentStore.ts';
import { readJournal } from './journal.ts';
import { takeIn } from './saving.ts';

/** Opens a file of the folder on the canvas. Its id stands in the address, so that a reload opens it again. */
export async function openFile(file: string): Promise<void> {
  try {
    const path = useStudio.getState().studio?.files.find(({ id }) => id === file)?.path;
    const unsaved = path === undefined ? undefined : readJournal(path)?.unsaved?.edition;
    show(await ask('openFile', { file, ...(unsaved && { unsaved }) }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    useDocument.getState().refuse(error.refusal.message);
  }
}

/**
 * Opens the file that came with the server's first answer. Gives false where it has to be asked for: there is none, or something of
 * it was left unsaved, of which only the server knows whether it was saved after all.
 */
export function openFirst(first: OpenedFile | undefined): boolean {
  if (first === undefined || readJournal(first.path)?.unsaved !== undefined) return false;
  show(first);
  return true;
}

function show(opened: OpenedFile): void {
  useDocument.getState().open(opened);
  history.replaceState(null, '', `#file=${encodeURIComponent(opened.path)}`);
}

/** Keeps what is open in step with what lies on disk. */
export function startFollowingFiles(): () => void {
  const endEvents = onServerEvent((event) => {
    if (event.type === 'notice') useDocument.getState().refuse(event.text);
    if (event.type !== 'file' || event.stored === undefined) return;
    if (event.source === undefined) takeIn(event.file, event.stored);
    else takeInSource(event.file, event.source, event.stored);
  });
  // What was written while there was no connection is not told again.
  const endConnection = useStudio.subscribe(({ isConnected }, before) => {
    if (isConnected && !before.isConnected) void readAgain();
  });
  return () => {
    endEvents();
    endConnection();
  };
}

async function readAgain(): Promise<void> {
  const { current } = useDocument.getState();
  if (current === undefined) return;
  const { file } = current;
  try {
    const { text, hash, sources } = await ask('openFile', { file });
    takeIn(file, { text, hash });
    for (const [source, stored] of Object.entries(sources)) takeInSource(file, source, stored);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // It is told when it is saved, which is tried again and again.
  }
}

function takeInSource(file: string, source: string, stored: { readonly text: string; readonly hash: string }): void {
  const { current, others, update } = useDocument.getState();
  const document = current?.file === file ? current : others.get(file);
  if (document !== undefined) update(file, { sources: new Map(document.sources).set(source, stored) });
}
