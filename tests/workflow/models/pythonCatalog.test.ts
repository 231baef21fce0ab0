import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { pythonCatalog, pythonCatalogs } from './pythonCatalog.ts';

const folder = join(import.meta.dirname, '../../../runtime/python/app/llm/providers');

test.each(pythonCatalogs)('the catalog of the runtime is the one of the compiler: $file', (catalog) => {
  const path = join(folder, catalog.file);
  if (process.env['UPDATE_CATALOG'] !== undefined) writeFileSync(path, pythonCatalog(catalog));
  expect(readFileSync(path, 'utf8')).toBe(pythonCatalog(catalog));
});
