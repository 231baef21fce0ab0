import { join } from 'node:path';

import { writeAtomically } from '../../../host/atomicFile.ts';
import { projectHash } from '../../../host/projectHash.ts';

interface ImportMetaGlob {
  glob(patterns: string[], options: { query: '?raw'; import: 'default'; eager: true }): Record<string, string>;
}

// The bundler puts the texts in here.
const sources = (import.meta as unknown as ImportMeta & ImportMetaGlob).glob(['../observer/**/*.py'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Puts the observer below a folder, by the hash of its files; gives the path of the file that starts a service. */
export function writeObserver(folder: string): string {
  const files = Object.entries(sources).map(([path, content]) => ({
    path: path.slice('../observer/'.length),
    content,
  }));
  const place = join(folder, `observer-${projectHash(files).slice(0, 16)}`);
  for (const { path, content } of files) writeAtomically(join(place, path), content);
  return join(place, 'observer.py');
}
