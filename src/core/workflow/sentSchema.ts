import { meaningOf, schemaWords, typesOf, type JsonSchema } from './jsonSchema.ts';
import { linkSchema } from './schemaLinks.ts';
import type { Strictness } from './models/provider.ts';
import { strictProblems, strictSchema } from './strictSchema.ts';

/** Words that APIs refuse at the top of a schema, where they want an object and nothing else. */
const rootRefused = ['anyOf', 'oneOf', 'not', 'enum', 'const'] as const;

/** What at the top of a schema no form of it can do without that an API takes; undefined when there is nothing. */
export function refusedAtRoot(schema: JsonSchema): (typeof rootRefused)[number] | 'no object' | undefined {
  const parts = [schema, meaningOf(schema), ...(schema.allOf ?? [])];
  const [refused] = parts.flatMap((part) => rootRefused.filter((word) => part[word] !== undefined));
  return refused ?? (typesOf(schema).join() === 'object' ? undefined : 'no object');
}

/**
 * A schema as it goes to a model: as it is written, but for an object at the top where there was a reference or parts, and
 * `items` where a list has none, which the APIs insist on.
 */
export function sentSchema(schema: JsonSchema): JsonSchema {
  return linkSchema(withItems(atRoot(schema)));
}

/** The top of an input may be alternatives; a model is told of the one object that has all their properties. */
function atRoot(schema: JsonSchema): JsonSchema {
  if ([schema.$ref, schema.allOf, ...rootRefused.map((word) => schema[word])].every((word) => word === undefined))
    return schema;
  const { $defs, definitions } = schema;
  const kept = Object.entries(meaningOf(schema)).filter(([word]) => !rootRefused.some((other) => other === word));
  const means = Object.fromEntries(kept) as JsonSchema;
  return { type: 'object', ...means, ...($defs && { $defs }), ...(definitions && { definitions }) };
}

function withItems(schema: JsonSchema): JsonSchema {
  const sent: JsonSchema = { ...schema };
  if ([schema.type].flat().includes('array')) sent.items ??= {};
  for (const word of schemaWords.named) {
    const inner = sent[word];
    if (inner !== undefined)
      sent[word] = Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, withItems(each)]));
  }
  for (const word of schemaWords.list) if (sent[word] !== undefined) sent[word] = sent[word].map(withItems);
  for (const word of schemaWords.one) {
    const inner = sent[word];
    if (typeof inner === 'object') sent[word] = withItems(inner);
  }
  return sent;
}

/** OpenAI's strict mode. */
export const strictMode: Strictness = { problems: strictProblems, sent: strictSchema };

/**
 * The format of an answer as it is sent. Where nobody says whether the model is held to the schema, it is where the schema,
 * or one of which every value fits it, is strict. What fits the schema that is sent fits the one that was written.
 */
export function sentFormat(
  { schema, strict }: { readonly schema: JsonSchema; readonly strict?: boolean | undefined },
  { problems, sent }: Strictness = strictMode,
): { readonly schema: JsonSchema; readonly strict: boolean } {
  const canBeStrict = strict ?? problems(schema).every(({ mending }) => mending === 'exact');
  return { schema: canBeStrict ? sent(schema) : sentSchema(schema), strict: canBeStrict };
}
