import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Chooses the Python files that a type checker has to look at, where many projects carry the same ones: what it says of a file
 * depends on nothing but the file and what it imports, directly and through others. An import that leads nowhere is part of that.
 */
export class TypedOnce {
  #seen = new Set();

  /** The files of a project, by their paths in it, that no project before had with all that they import. */
  add(project) {
    const paths = readdirSync(project, { recursive: true }).filter((path) => path.endsWith('.py'));
    const texts = new Map(paths.map((path) => [path, readFileSync(join(project, path), 'utf8')]));
    const imports = new Map(paths.map((path) => [path, importedFiles(texts.get(path), texts)]));
    return paths.filter((path) => {
      const key = hashOf(path, imports, texts);
      return !this.#seen.has(key) && this.#seen.add(key);
    });
  }
}

/** Of a file and all that it imports. */
function hashOf(path, imports, texts) {
  const needed = new Set([path]);
  for (const each of needed) for (const imported of imports.get(each) ?? []) needed.add(imported);
  const hash = createHash('sha256').update(`${path}\0`);
  for (const each of [...needed].toSorted((a, b) => (a < b ? -1 : 1)))
    hash.update(`${each}\0${texts.get(each) ?? 'is not there'}\0`);
  return hash.digest('hex');
}

/** Paths of the modules and packages that a Python text imports from its own project, there or not. */
function importedFiles(text, texts) {
  const imports = text.matchAll(/^ *(?:from|import) ((?:app|tests)\b[\w.]*)(?: import (?:\(([^)]*)\)|(.*)))?/gm);
  return [...imports].flatMap(([, module, inBrackets, inLine]) => {
    const folders = module.split('.');
    const packages = folders.map((_, depth) => [...folders.slice(0, depth + 1), '__init__.py'].join('/'));
    // `from app.llm import completion`: the name may be a module.
    const names = (inBrackets ?? inLine ?? '').match(/\w+/g) ?? [];
    const modules = names.map((name) => [...folders, `${name}.py`].join('/')).filter((path) => texts.has(path));
    return [`${folders.join('/')}.py`, ...packages, ...modules];
  });
}
