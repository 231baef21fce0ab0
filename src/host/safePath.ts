import { lstatSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';

import { HostError } from './errors.ts';

/** Where the files of a folder lie; each folder on the way is looked at once. */
export class PlacesBelow {
  readonly #root: string;
  readonly #plainFolders = new Set<string>();

  constructor(root: string) {
    this.#root = resolve(root);
  }

  /**
   * The place of a relative posix path. Throws `unsafe_path` for anything that could lie elsewhere: absolute paths, `..`,
   * backslashes, drive letters, control characters, and a symbolic link on the way.
   */
  of(path: string): string {
    const parts = path.split('/');
    const unsafe = parts.some(
      (part) => part === '' || part === '.' || part === '..' || /[\\:\u0000-\u001f]/.test(part),
    );
    const place = resolve(this.#root, ...parts);
    if (unsafe || !place.startsWith(this.#root + sep)) throw this.#notBelow(path, 'it does not stay below that folder');
    let folder = this.#root;
    for (const part of parts) {
      folder = join(folder, part);
      if (folder !== place && this.#plainFolders.has(folder)) continue;
      if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink())
        throw this.#notBelow(path, `${folder} is a symbolic link`);
      this.#plainFolders.add(folder);
    }
    return place;
  }

  #notBelow(path: string, why: string): HostError {
    return new HostError(
      'unsafe_path',
      `${JSON.stringify(path)} cannot be written below ${this.#root}: ${why}.`,
      'Take another --out, or put a plain file or folder in its place.',
    );
  }
}
