import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

import { emit } from '../../src/core/codegen/python/index.ts';
import { planOf } from '../compile.ts';

/*
 * A case is a folder: workflow files in, the files that are written for them in `expected/`. What is copied from the
 * runtime is left out. UPDATE_GOLDEN=1 writes what is expected anew; read the difference before it is committed.
 */
const root = join(import.meta.dirname, 'golden');
const examples = join(import.meta.dirname, '../../examples');

const shown = (path: string): boolean =>
  path === 'app/main.py' ||
  path === 'app/routes.py' ||
  path.startsWith('app/workflows/') ||
  path.startsWith('tests/test_') ||
  /^[^/]+$/u.test(path);
const always = new Set(['requirements.txt', 'LICENSE', '.gitignore', '.dockerignore', 'Dockerfile']);

function workflowsIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.workflow.json'))
    .toSorted()
    .map((name) => join(folder, name));
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

const cases = [
  ...readdirSync(root).map((name) => ({ name, folder: join(root, name), expected: join(root, name, 'expected') })),
  ...readdirSync(examples).map((name) => ({
    name: `example ${name}`,
    folder: join(examples, name),
    expected: join(import.meta.dirname, 'golden-examples', name),
  })),
];

describe('golden projects', () => {
  test.each(cases)('$name', ({ folder, expected }) => {
    const plans = workflowsIn(folder).map(planOf);
    const files = emit(...plans).filter(
      ({ path }) => shown(path) && !always.has(path) && !path.endsWith('/__init__.py'),
    );
    expect(emit(...plans).map(({ path, content }) => path + content)).toEqual(
      emit(...workflowsIn(folder).map(planOf)).map(({ path, content }) => path + content),
    );
    if (process.env['UPDATE_GOLDEN'] === '1') {
      rmSync(expected, { recursive: true, force: true });
      for (const { path, content } of files) {
        mkdirSync(dirname(join(expected, path)), { recursive: true });
        writeFileSync(join(expected, path), content);
      }
    }
    expect(files.map(({ path }) => path).toSorted()).toEqual(filesBelow(expected));
    for (const { path, content } of files) expect(content, path).toBe(readFileSync(join(expected, path), 'utf8'));
  });
});
