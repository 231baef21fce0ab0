import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { pythonCatalog } from './pythonCatalog.ts';

const path = join(import.meta.dirname, '../../../runtime/python/app/llm/providers/openai_models.py');

test('the catalog of the runtime is the one of the compiler', () => {
  if (process.env['UPDATE_CATALOG'] !== undefined) writeFileSync(path, pythonCatalog());
  expect(readFileSync(path, 'utf8')).toBe(pythonCatalog());
});
