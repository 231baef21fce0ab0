import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { anthropic } from '../../../src/core/workflow/models/anthropic/anthropic.ts';
import { groq } from '../../../src/core/workflow/models/groq/groq.ts';
import { openai } from '../../../src/core/workflow/models/openai/openai.ts';
import { pythonCatalog } from './pythonCatalog.ts';
import { pythonEmbeddingHabits, pythonEmbeddingModels } from './pythonEmbeddings.ts';
import { pythonServers } from './pythonServers.ts';

const providers = join(import.meta.dirname, '../../../runtime/python/app/llm/providers');

test.each([openai, anthropic, groq])('the catalog of $name in the runtime is the one of the compiler', (provider) => {
  const path = join(providers, `${provider.id}_models.py`);
  if (process.env['UPDATE_CATALOG'] !== undefined) writeFileSync(path, pythonCatalog(provider));
  expect(readFileSync(path, 'utf8')).toBe(pythonCatalog(provider));
});

test('the compatible servers of the runtime are those of the compiler', () => {
  const path = join(providers, 'compatible_servers.py');
  if (process.env['UPDATE_CATALOG'] !== undefined) writeFileSync(path, pythonServers());
  expect(readFileSync(path, 'utf8')).toBe(pythonServers());
});

test.each([
  ['embedding_models.py', pythonEmbeddingModels],
  ['embedding_habits.py', pythonEmbeddingHabits],
])('%s of the runtime says what the compiler knows', (name, write) => {
  const path = join(providers, name);
  if (process.env['UPDATE_CATALOG'] !== undefined) writeFileSync(path, write());
  expect(readFileSync(path, 'utf8')).toBe(write());
});
