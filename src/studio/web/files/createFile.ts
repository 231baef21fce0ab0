import type { NewFile } from '../../protocol/index.ts';
import { ApiError, ask } from '../api/client.ts';
import { useDocument } from '../document/documentStore.ts';
import { openFile } from '../document/openFile.ts';
import { closeFileDialog } from './dialogStore.ts';

/** Makes a file in the opened folder and opens it. Gives why not, where the server refuses. */
export async function createFile(file: NewFile): Promise<string | undefined> {
  try {
    const { id } = await ask('createFile', file);
    closeFileDialog();
    await openFile(id);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    useDocument.getState().refuse(error.words);
    return error.words;
  }
}
