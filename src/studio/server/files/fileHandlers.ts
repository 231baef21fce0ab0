import { dirname, join } from 'node:path';

import type { Handlers } from '../handlers.ts';
import { RefusedRequest } from '../handlers.ts';
import type { OpenedFile, RouteBody, StoredText } from '../../protocol/index.ts';
import type { Files } from './files.ts';
import type { OutsideChanges } from './outsideChanges.ts';
import { saveText } from './saving.ts';
import { placeOfSource, readStoredSources } from './sources.ts';
import { isWritable, readStored, shownTo } from './storedText.ts';

export type FileRoute = 'openFile' | 'saveFile' | 'createFile' | 'deleteFile' | 'versions' | 'version' | 'exportFolder';

interface FileHandlersOptions {
  readonly files: Files;
  readonly outside: OutsideChanges;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** What the page asks of files. */
export function fileHandlers({ files, outside, env, signal }: FileHandlersOptions): Pick<Handlers, FileRoute> {
  const { workspace } = files;
  return {
    openFile: (opening) => openFile(files, outside, opening),
    saveFile: async ({ file, save }) => ({ hash: await saveText(files, file, save) }),
    createFile: async (wanted) => (await import('./creating.ts')).createFile(files, env, wanted),
    deleteFile: async ({ file }) => {
      await (await import('./creating.ts')).deleteFile(files, file);
      return {};
    },
    versions: async ({ file, source }) => {
      const place = await placeOf(files, file, source);
      return { versions: await files.withVersions(place, (versions) => [...versions.list(place)]) };
    },
    version: async ({ file, source, version }) => {
      const place = await placeOf(files, file, source);
      const stored = await files.withVersions(place, (versions) => versions.text(place, version));
      if (stored !== undefined) return shownTo(source, stored);
      throw new RefusedRequest(404, { code: 'unknown_version', message: 'This version is not kept any more.' });
    },
    exportFolder: async (wanted) => (await import('./exporting.ts')).exportFolder(workspace, wanted, signal),
  };
}

async function openFile(
  files: Files,
  outside: OutsideChanges,
  { file, unsaved }: RouteBody<'openFile'>,
): Promise<OpenedFile> {
  const { workspace } = files;
  const place = await workspace.placeOf(file);
  const target = await workspace.target(place);
  const stored = await readStored(target);
  if (stored === undefined)
    throw new RefusedRequest(404, {
      code: 'file_gone',
      message: `${workspace.pathOf(place)} is gone.`,
      hint: 'Its last texts are in the local history.',
    });
  const sources = await readStoredSources(place, stored.text);
  keep(files, place, stored, { file, source: undefined });
  const places = [...sources].map(([name, source]) => {
    const sourcePlace = join(dirname(place), name);
    keep(files, sourcePlace, source, { file, source: name });
    return sourcePlace;
  });
  outside.follow([place, ...places]);
  const entry = (await workspace.files()).find(({ id }) => id === file);
  const shown = [...sources].flatMap(([name, source]) => (source === undefined ? [] : [[name, shownTo(name, source)]]));
  return {
    ...(entry ?? { id: file, path: workspace.pathOf(place) }),
    ...stored,
    sources: Object.fromEntries(shown) as Record<string, StoredText>,
    isWritable: await isWritable(target),
    wasSaved: unsaved !== undefined && (await files.wasSaved(place, unsaved)),
  };
}

/** What is opened is the first version, so that a later one can be compared with it. */
function keep(
  files: Files,
  place: string,
  stored: StoredText | undefined,
  shown: { readonly file: string; readonly source: string | undefined },
): void {
  files.workspace.know(place, stored?.hash, shown);
  if (stored !== undefined) void files.keepVersion(place, stored, { title: '', origin: 'outside' });
}

async function placeOf(files: Files, file: string, source: string | undefined): Promise<string> {
  const place = await files.workspace.placeOf(file);
  if (source === undefined) return place;
  return placeOfSource(place, (await readStored(place))?.text ?? '', source);
}
