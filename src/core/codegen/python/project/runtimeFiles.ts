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
 * The modules of the runtime that the given Python texts import, with all that those import in turn, and the
 * `__init__.py` of their packages.
 */
export function runtimeClosure(texts: readonly string[]): readonly GeneratedFile[] {
  const needed = new Set<string>();
  const waiting = texts.flatMap(importedModules);
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    const path = `${module.replaceAll('.', '/')}.py`;
    const text = runtime.get(path);
    if (text === undefined || needed.has(path)) continue;
    needed.add(path);
    waiting.push(...importedModules(text));
  }
  for (const path of needed) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const init = `${path.slice(0, end)}/__init__.py`;
      if (runtime.has(init)) needed.add(init);
    }
  }
  return [...needed].toSorted().map(runtimeFile);
}

/** Whether two Python texts import the same of it. */
export function needSameRuntime(one: string, other: string): boolean {
  return importedModules(one).toSorted().join() === importedModules(other).toSorted().join();
}

/** The modules of `app` that a Python text imports. The runtime writes one import a line, at the line's start. */
function importedModules(text: string): readonly string[] {
  return Array.from(text.matchAll(/^from (app\.\S+) import /gm), ([, module]) => module ?? '');
}
