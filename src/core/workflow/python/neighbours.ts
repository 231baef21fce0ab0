import type { PythonModule } from './PythonModule.ts';

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
export function neighboursOf(path: string, { importedNames }: PythonModule): readonly Neighbour[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return importedNames
    .filter((name) => name.length <= 100)
    .flatMap((name) => [`${name}.py`, `${name}/__init__.py`].map((file) => ({ name, path: folder + file })))
    .filter((neighbour) => neighbour.path !== path);
}
