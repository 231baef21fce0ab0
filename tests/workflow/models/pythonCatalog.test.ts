import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { Provider } from '../../../src/core/workflow/models/provider.ts';
import type { NodeDefinition } from '../../../src/core/workflow/nodes/definition.ts';
import { registry } from '../../../src/core/workflow/nodes/registry.ts';
import { pythonCatalog } from './pythonCatalog.ts';
import { pythonEmbeddingHabits, pythonEmbeddingModels } from './pythonEmbeddings.ts';
import { pythonServers } from './pythonServers.ts';

const providers = join(import.meta.dirname, '../../../runtime/python/app/llm/providers');

/** Those with models of their own: not who has the deployments of another, nor servers of which nothing is known. */
const withModels: readonly Provider[] = Object.values<NodeDefinition>(registry)
  .flatMap(({ provider, providerFor }) => (provider === undefined || providerFor !== undefined ? [] : [provider]))
  .filter(({ catalog }, at, all) => all.findIndex((each) => each.catalog === catalog) === at);

test.each(withModels)('the catalog of $name in the runtime is the one of the compiler', (provider) => {
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
