/** One file beside a Python file that it may mean by an import. */
export interface Neighbour {
  /** As the import names it. */
  readonly name: string;
  /** From the same folder as the path of the importing file is. */
  readonly path: string;
}

/**
 * The files beside a Python file that its imports mean if they are there: a module, or a package. Imports of Python's own and of
 * installed modules are among them, as nothing tells these apart but the files.
 */
export function neighboursOf(path: string, code: string): readonly Neighbour[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const names = new Set<string>();
  for (const [, from, members = '', plain = ''] of code.matchAll(
    /^[ \t]*(?:from[ \t]+\.?(\w*)[\w.]*[ \t]+import[ \t]+\(?([\w, \t]+)|import[ \t]+([\w., \t]+))/gm,
  )) {
    if (from !== undefined && from !== '') names.add(from);
    else for (const part of (from === '' ? members : plain).split(',')) names.add(/\w*/.exec(part.trim())?.[0] ?? '');
  }
  return [...names]
    .filter((name) => name !== '' && name.length <= 100)
    .flatMap((name) => [`${name}.py`, `${name}/__init__.py`].map((file) => ({ name, path: folder + file })))
    .filter((neighbour) => neighbour.path !== path);
}
