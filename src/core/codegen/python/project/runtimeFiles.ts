import type { GeneratedFile } from '../GeneratedFile.ts';
import { runtimeSources } from './runtimeSources.ts';

const prefix = '/runtime/python/';

/** The runtime's files by their path in the project. */
const runtime: ReadonlyMap<string, string> = new Map(
  Object.entries(runtimeSources)
    .map(([path, text]): [string, string] => [path.slice(path.indexOf(prefix) + prefix.length), text])
    .toSorted(([a], [b]) => (a < b ? -1 : 1)),
);

/** One file of the runtime. Throws when there is none under that path. */
export function runtimeFile(path: string): GeneratedFile {
  const content = runtime.get(path);
  if (content === undefined) throw new Error(`The runtime has no file ${path}`);
  return { path, content };
}

/**
 * The packages that some parts of the runtime alone run on. `requirements/NAME.txt` lists one with all that it needs in turn.
 */
const furtherPackages: readonly string[] = [...runtime.keys()].flatMap(
  (path) => /^requirements\/(\w+)\.txt$/.exec(path)?.[1] ?? [],
);

const importsOfPackages = new RegExp(`^ *(?:import|from) (${furtherPackages.join('|')})\\b`, 'gm');

/** Those of them that Python files import. */
export function importedPackages(files: readonly GeneratedFile[]): readonly string[] {
  const modules = files.filter(({ path }) => path.startsWith('app/') && path.endsWith('.py'));
  const imported = new Set(modules.flatMap(packagesIn));
  return furtherPackages.filter((name) => imported.has(name));
}

const packagesIn = onceForRuntime((text) => Array.from(text.matchAll(importsOfPackages), ([, name = '']) => name));

/**
 * The modules of the runtime that the given Python files and statements import, with all that those import in turn, and the
 * `__init__.py` of their packages. A file that is given stands in the place of the runtime's.
 * @param written what stands in the place of modules of the runtime where something imports them, by path
 */
export function runtimeClosure(
  files: readonly GeneratedFile[],
  statements: readonly string[],
  written: ReadonlyMap<string, string>,
): readonly GeneratedFile[] {
  const given = new Set(files.map(({ path }) => path));
  const needed = new Map<string, string>();
  const waiting = [...files.flatMap(importedPaths), ...statements.flatMap(pathsImported)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const content = written.get(path) ?? runtime.get(path);
    if (content === undefined || given.has(path) || needed.has(path)) continue;
    needed.set(path, content);
    waiting.push(...importedPaths({ path, content }));
  }
  return [...needed].map(([path, content]) => ({ path, content })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

const importedPaths = onceForRuntime(pathsImported);

/** Where what a Python text imports can lie: as a module or a package, in the packages around it. */
function pathsImported(text: string): readonly string[] {
  return importedModules(text).flatMap((module) => {
    const folders = module.split('.');
    const packages = folders.map((_, depth) => [...folders.slice(0, depth + 1), '__init__'].join('/'));
    return [folders.join('/'), ...packages].map((path) => `${path}.py`);
  });
}

/** The runtime's files are the same in every project: what is found in one of them is remembered. */
function onceForRuntime(find: (text: string) => readonly string[]): (file: GeneratedFile) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return ({ path, content }) => {
    if (runtime.get(path) !== content) return find(content);
    const found = known.get(path) ?? find(content);
    known.set(path, found);
    return found;
  };
}

/** Whether two Python texts import the same of it. */
export function needSameRuntime(one: string, other: string): boolean {
  return importedModules(one).toSorted().join() === importedModules(other).toSorted().join();
}

/**
 * The modules of `app` and `tests` that a Python text imports. The runtime writes one import a line; in
 * `from app.llm import completion` the names may be modules.
 */
function importedModules(text: string): readonly string[] {
  const imports = /^ *from ((?:app|tests)\.[.\w]+) import ([a-z_]+(?:, [a-z_]+)*$)?/gmu;
  return Array.from(text.matchAll(imports), ([, module = '', names = '']) => [
    module,
    ...names.split(', ').flatMap((name) => (name === '' ? [] : [`${module}.${name}`])),
  ]).flat();
}
