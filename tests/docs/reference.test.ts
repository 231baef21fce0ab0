import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { errorCodes } from '../../src/core/workflow/errorCodes.ts';
import { diagnosticsPage, errorsPage, modelsPage, nodesPage } from './reference.ts';

const repository = join(import.meta.dirname, '../..');
const runtime = join(repository, 'runtime/python/app');
const errors = readdirSync(runtime, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.py'))
  .map((path) => readFileSync(join(runtime, path), 'utf8'))
  .join('\n');

/* `npm test -- -u tests/docs` writes the pages anew. */
test.each([
  ['nodes', nodesPage()],
  ['diagnostics', diagnosticsPage()],
  ['models', modelsPage()],
  ['errors', errorsPage(errors)],
])('docs/reference/%s.md says what the code says', async (name, page) => {
  await expect(page).toMatchFileSnapshot(join(repository, 'docs/reference', `${name}.md`));
});

test('every error code of the runtime is on its page', () => {
  const codes = [...errors.matchAll(/^class \w+\(\s*ServiceError, code="(\w+)"/gmu)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(25);
  for (const code of codes) expect(errorsPage(errors)).toContain(`| \`${code}\` |`);
  // What `retries.on` may name.
  expect(new Set(errorCodes)).toEqual(new Set([...codes, 'internal_error']));
});
