import { schemasInside, type JsonSchema } from './jsonSchema.ts';
import { keyOfStep } from './jsonPointer.ts';

/** What is wrong with a `$ref`: it leads out of the schema, to no schema in it, to what holds it, or on and on. */
export type ReferenceProblem = 'elsewhere' | 'nowhere' | 'endless' | 'far';

/** From schema to schema about the same value. */
const longestWay = 200;

/** Words whose schemas are about the same value as the schema that has them. */
const aboutTheSame: ReadonlySet<string> = new Set('anyOf oneOf allOf not if then else dependentSchemas'.split(' '));

/** The references in one schema, and where they lead. */
export class SchemaReferences {
  /** What each usable reference leads to, by the schema that has it. */
  readonly targets: ReadonlyMap<JsonSchema, JsonSchema>;
  readonly problems: ReadonlyMap<JsonSchema, ReferenceProblem>;
  /** Every schema in the whole one, itself included, and inner ones after those that hold them. */
  readonly schemas: readonly JsonSchema[];

  constructor(root: JsonSchema) {
    const schemas = [root];
    // It grows while it is gone through.
    for (const schema of schemas) for (const [inner] of schemasInside(schema)) schemas.push(inner);
    const targets = new Map<JsonSchema, JsonSchema>();
    const problems = new Map<JsonSchema, ReferenceProblem>();
    if (schemas.some(({ $ref }) => $ref !== undefined)) {
      const known = new Set(schemas);
      for (const schema of schemas) {
        if (schema.$ref === undefined) continue;
        const target = targetOf(root, schema.$ref);
        if (target !== undefined && known.has(target)) targets.set(schema, target);
        else problems.set(schema, schema.$ref.startsWith('#') ? 'nowhere' : 'elsewhere');
      }
      for (const [schema, problem] of unusable(schemas, targets)) {
        targets.delete(schema);
        problems.set(schema, problem);
      }
    }
    this.schemas = schemas;
    this.targets = targets;
    this.problems = problems;
  }
}

/** What is at a JSON pointer (RFC 6901) in a fragment. */
function targetOf(root: JsonSchema, reference: string): JsonSchema | undefined {
  if (!reference.startsWith('#')) return undefined;
  const fragment = decoded(reference.slice(1));
  if (fragment !== '' && !fragment.startsWith('/')) return undefined;
  let found: unknown = root;
  for (const step of fragment.split('/').slice(1)) {
    const key = keyOfStep(step);
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found as JsonSchema;
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** References that lead back to the schema they are in without going into the value, or too far without that. */
function unusable(
  schemas: readonly JsonSchema[],
  targets: ReadonlyMap<JsonSchema, JsonSchema>,
): ReadonlyMap<JsonSchema, ReferenceProblem> {
  const found = new Map<JsonSchema, ReferenceProblem>();
  const done = new Set<JsonSchema>();
  const way = new Set<JsonSchema>();
  const visit = (schema: JsonSchema): void => {
    if (done.has(schema)) return;
    way.add(schema);
    const target = targets.get(schema);
    if (target !== undefined && way.has(target)) found.set(schema, 'endless');
    else if (target !== undefined && way.size > longestWay) found.set(schema, 'far');
    else if (target !== undefined) visit(target);
    for (const [inner, word] of schemasInside(schema)) if (aboutTheSame.has(word)) visit(inner);
    way.delete(schema);
    done.add(schema);
  };
  for (const schema of schemas) visit(schema);
  return found;
}
