import { createHash } from 'node:crypto';

/** The SHA-256 of a project's files, by their paths in order: each path and each content as UTF-8, with its length before it. */
export function projectHash(files: Iterable<{ readonly path: string; readonly content: string }>): string {
  const hash = createHash('sha256');
  for (const { path, content } of [...files].toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    for (const text of [path, content]) hash.update(`${Buffer.byteLength(text)}:`).update(text);
  }
  return hash.digest('hex');
}
