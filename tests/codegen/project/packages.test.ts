import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

import { emitWith } from '../../../src/core/codegen/python/index.ts';
import { planOf } from '../../compile.ts';

const root = resolve(import.meta.dirname, '../../..');
const folders = [join(root, 'examples'), join(root, 'tests/codegen/golden')].flatMap((parent) =>
  readdirSync(parent).map((name) => join(parent, name)),
);
/** Named by the kinds of documents that a node reads; no workflow here reads these. */
const foundLater = ['docx', 'pypdf'];

test('each package that only some services run on is asked for by one that needs it', () => {
  const packages = readdirSync(join(root, 'runtime/python/requirements')).map((name) => name.replace('.txt', ''));
  const asked = [...folders, join(root, 'tests/execution')].map((folder) => {
    const workflows = readdirSync(folder).filter((name) => name.endsWith('.workflow.json'));
    const files = emitWith(['metrics'], ...workflows.map((name) => planOf(join(folder, name))));
    return files.find(({ path }) => path === 'requirements.txt')?.content ?? '';
  });
  const names: Readonly<Record<string, string>> = { docx: 'python-docx', jwt: 'PyJWT' };
  const isAsked = (name: string): boolean =>
    asked.some((text) => new RegExp(`^${(names[name] ?? name).replaceAll('_', '[-_]')}(\\[.*\\])?==`, 'mi').test(text));
  expect(packages.filter((name) => !isAsked(name) && !foundLater.includes(name))).toEqual([]);
});
