import type { Place } from './collection.ts';

/** The files that are meant as a range of their paths: from the first on, up to what comes before the second. */
export function rangeOf({ file, folder }: Place): readonly [string, string] {
  if (file !== undefined) return [file, `${file}\u0000`];
  if (folder === undefined) return ['', '\u{10FFFF}'];
  // The root of a file system ends with its separator already.
  const separator = folder.includes('\\') ? '\\' : '/';
  const start = folder.endsWith(separator) ? folder : folder + separator;
  return [start, start.slice(0, -1) + String.fromCharCode(separator.charCodeAt(0) + 1)];
}
