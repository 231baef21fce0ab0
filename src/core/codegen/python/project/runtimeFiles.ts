import type { GeneratedFile } from '../GeneratedFile.ts';

interface ImportMetaGlob {
  glob(patterns: string[], options: { query: '?raw'; import: 'default'; eager: true }): Record<string, string>;
}

// The bundler puts the texts in here, so that the compiler needs no disk to copy the runtime into a project.
const sources = (import.meta as unknown as ImportMeta & ImportMetaGlob).glob(
  [
    '../../../../../runtime/python/app/**/*.py',
    '../../../../../runtime/python/tests/simulated_providers/**/*.py',
    '../../../../../runtime/python/tests/conftest.py',
    '../../../../../runtime/python/requirements.txt',
    '../../../../../runtime/python/pyproject.toml',
  ],
  { query: '?raw', import: 'default', eager: true },
);

const prefix = '/runtime/python/';

/** The runtime's files by their path in the project. */
const runtime: ReadonlyMap<string, string> = new Map(
  Object.entries(sources)
    .map(([path, text]): [string, string] => [path.slice(path.indexOf(prefix) + prefix.length), text])
    .toSorted(([a], [b]) => (a < b ? -1 : 1)),
);

/** One file of the runtime. Throws when there is none under that path. */
export function runtimeFile(path: string): GeneratedFile {
  const content = runtime.get(path);
  if (content === undefined) throw new Error(`The runtime has no file ${path}`);
  return { path, content };
}

/** The files of the runtime below a folder, in order of path. */
export function runtimeFolder(folder: string): readonly GeneratedFile[] {
  return [...runtime].filter(([path]) => path.startsWith(`${folder}/`)).map(([path, content]) => ({ path, content }));
}

/**
 * The modules of the runtime that the given Python texts import, with all that those import in turn, and the `__init__.py` of
 * their packages. @param written what stands in place of modules of the runtime, by path
 */
export function runtimeClosure(
  texts: readonly string[],
  written: ReadonlyMap<string, string>,
): readonly GeneratedFile[] {
  const needed = new Map<string, string>();
  const waiting = texts.flatMap(importedModules);
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    const path = module.replaceAll('.', '/');
    // Python runs the packages that a module lies in before it.
    const packages = path.split('/').map((_, depth, names) => `${names.slice(0, depth + 1).join('/')}/__init__.py`);
    for (const file of [...packages, `${path}.py`]) {
      const text = written.get(file) ?? runtime.get(file);
      if (text === undefined || needed.has(file)) continue;
      needed.set(file, text);
      waiting.push(...importedModules(text));
    }
  }
  return [...needed].map(([path, content]) => ({ path, content })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether two Python texts import the same of it. */
export function needSameRuntime(one: string, other: string): boolean {
  return importedModules(one).toSorted().join() === importedModules(other).toSorted().join();
}

/**
 * The modules of `app` that a Python text imports, and those that what it imports of a package may be. The runtime begins an
 * import at the line's start.
 */
function importedModules(text: string): readonly string[] {
  return Array.from(
    text.matchAll(/^from (?<module>app[.\w]*) import (?<names>\([^)]*\)|.*)/gmu),
    ({ groups: { module = '', names = '' } = {} }) => [
      module,
      ...Array.from(names.matchAll(/\w+/gu), ([name]) => `${module}.${name}`),
    ],
  ).flat();
}
