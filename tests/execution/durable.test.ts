import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { python, writeGenerated } from './generatedProject.ts';
import { carriedTests, said, typesOf } from './projectChecks.ts';

const repository = join(import.meta.dirname, '../..');
const workflows = [
  'tests/codegen/golden/durable/everything-kept.workflow.json',
  'tests/codegen/golden/durable/two-letters.workflow.json',
  'examples/nightly-digest/nightly-digest.workflow.json',
  // Beside them one whose runs are not kept, with a time limit as they have.
  'tests/codegen/golden/step-options/failures.workflow.json',
];

let folder: string;

beforeAll(() => {
  folder = writeGenerated(...workflows.map((file) => planOf(join(repository, file))));
});

afterAll(() => rmSync(folder, { recursive: true }));

test('durable workflows are typed, formatted and linted as all others', async () => {
  expect(await typesOf(folder)).toContain('0 errors, 0 warnings');
  expect(await said(python, ['-m', 'ruff', 'check', '.'], folder)).toContain('All checks passed');
  expect(await said(python, ['-m', 'ruff', 'format', '--check', '.'], folder)).toMatch(/^\d+ files already formatted/u);
}, 120_000);

test('the tests that they carry pass', async () => {
  const told = await carriedTests(folder);
  expect(told).toMatch(/\d+ passed/u);
  expect(told).not.toMatch(/failed|error/u);
}, 180_000);
