import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { python, writeGenerated } from './generatedProject.ts';
import { carriedTests, said } from './projectChecks.ts';

const repository = join(import.meta.dirname, '../..');
const workflows = [
  'tests/codegen/golden/durable/everything-kept.workflow.json',
  'tests/codegen/golden/durable/two-letters.workflow.json',
  'tests/codegen/golden/durable/routed.workflow.json',
  'tests/codegen/golden/durable/for-members.workflow.json',
  'tests/codegen/golden/durable/pushed-and-kept.workflow.json',
  'examples/nightly-digest/nightly-digest.workflow.json',
  // With the workflow that takes what it puts into its queue.
  'tests/codegen/golden/queues/begin-crawl.workflow.json',
  // Beside them one whose runs are not kept, with a time limit as they have.
  'tests/codegen/golden/step-options/failures.workflow.json',
];

let folder: string;

beforeAll(() => {
  folder = writeGenerated(...workflows.map((file) => planOf(join(repository, file))));
});

afterAll(() => rmSync(folder, { recursive: true }));

test('durable workflows are formatted and linted as all others', async () => {
  expect(await said(python, ['-m', 'ruff', 'check', '.'], folder)).toContain('All checks passed');
  expect(await said(python, ['-m', 'ruff', 'format', '--check', '.'], folder)).toMatch(/^\d+ files already formatted/u);
}, 120_000);

test('the tests that they carry pass', async () => {
  const told = await carriedTests(folder);
  expect(told).toMatch(/\d+ passed/u);
  expect(told).not.toMatch(/failed|error/u);
}, 180_000);
