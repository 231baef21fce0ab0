import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';

import {
  problemSchema,
  runAnswerSchema,
  runEventSchemas,
  runItemSchema,
  runMetaSchema,
  usageSchema,
} from '../../src/core/events.ts';

const file = join(import.meta.dirname, '../../src/core/codegen/python/project/api/runSchemas.json');

/** By the names that they have in the document of a service. */
function runSchemas(): z.core.$ZodRegistry<{ id: string }> {
  const named = z.registry<{ id: string }>();
  named.add(usageSchema, { id: 'RunUsage' });
  named.add(runMetaSchema, { id: 'RunMeta' });
  named.add(runItemSchema, { id: 'RunItem' });
  named.add(runAnswerSchema, { id: 'Answer' });
  for (const [name, schema] of Object.entries(runEventSchemas)) {
    const id = name.replaceAll(/(?:^|_)(.)/gu, (_, letter: string) => letter.toUpperCase());
    named.add(schema, { id: schema === problemSchema ? 'Problem' : `${id}Event` });
  }
  return named;
}

/** Members may be added to what is sent, and callers are not to stumble over them; what any JSON is has no schema. */
function forCallers(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(forCallers);
  if (typeof schema !== 'object' || schema === null) return schema;
  if (String((schema as { readonly $ref?: unknown }).$ref).includes('__shared')) return {};
  const kept = Object.entries(schema).filter(
    ([word, value]) =>
      !['$schema', '$id', 'propertyNames'].includes(word) &&
      !(word === 'additionalProperties' && (value === false || Object.keys(value as object).length === 0)) &&
      Math.abs(Number(value)) !== Number.MAX_SAFE_INTEGER,
  );
  return Object.fromEntries(kept.map(([word, value]) => [word, forCallers(value)]));
}

/* `npm test -- -u tests/docs` writes it anew. */
test('what services say of their answers and events is what core/events.ts says', async () => {
  const { schemas } = z.toJSONSchema(runSchemas(), { uri: (id) => `#/components/schemas/${id}` });
  const told = Object.entries(schemas).flatMap(([name, schema]) =>
    name === '__shared' ? [] : [[name, forCallers(schema)] as const],
  );
  await expect(`${JSON.stringify(Object.fromEntries(told), null, 2)}\n`).toMatchFileSnapshot(file);
});
