import { definition, meaningOf, schemasInside, typesOf, type JsonSchema } from '../../../../workflow/jsonSchema.ts';
import { keyOfStep } from '../../../../workflow/jsonPointer.ts';
import { fileOf, jsonOfFile } from '../../../../workflow/nodes/requestBody.ts';
import { SchemaReferences } from '../../../../workflow/schemaReferences.ts';

type Components = Readonly<Record<string, JsonSchema>>;

/** Refers to a schema that a document of OpenAPI keeps under a name. */
export function component(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** Words that say where something stands, and nothing of a value. */
const withinFile: ReadonlySet<string> = new Set('$ref $defs definitions $id $schema $anchor discriminator'.split(' '));

/**
 * Schemas of values as a document tells them. What others refer to is a schema of its own there, each once, under a name that
 * begins with that of the whole.
 */
export class PublicSchemas {
  readonly #prefix: string;
  readonly #named = new Map<JsonSchema, string>();
  readonly #components: Record<string, JsonSchema> = {};

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get components(): Components {
    return this.#components;
  }

  /** A schema under a name, where it is one of objects; those that it may be have names of their own. */
  named(schema: JsonSchema, name: string): JsonSchema {
    const told = this.told(schema);
    if (typesOf(schema).join() !== 'object' || told.$ref !== undefined) return told;
    const anyOf = told.anyOf?.map((option, at) => this.#kept(option, `${name}${at + 1}`));
    return this.#kept(anyOf === undefined ? told : { ...told, anyOf }, name);
  }

  /** What is told, as a schema of the document that is referred to. */
  #kept(told: JsonSchema, name: string): JsonSchema {
    if (told.$ref !== undefined) return told;
    this.#components[name] = told;
    return component(name);
  }

  told(given: JsonSchema): JsonSchema {
    const schema = meaningOf(given);
    if (fileOf(schema) !== undefined) return this.#copy(jsonOfFile);
    if (schema === given) return this.#copy(schema);
    let name = this.#named.get(schema);
    if (name === undefined) {
      name = componentName(this.#prefix, `${schema[definition] ?? 'part'}-${this.#named.size + 1}`);
      this.#named.set(schema, name);
      this.#components[name] = this.#copy(schema);
    }
    return component(name);
  }

  #copy(schema: JsonSchema): JsonSchema {
    const copy: JsonSchema = JSON.parse(JSON.stringify(onlyOfValues(schema))) as JsonSchema;
    for (const [inner, word, ...at] of schemasInside(schema))
      if (!withinFile.has(word)) put(copy, [word, ...at], this.told(inner));
    // Generators of clients want to be told that a list may hold anything.
    const isList = schema.type !== undefined && typesOf(schema).includes('array');
    return isList && copy.items === undefined && copy.prefixItems === undefined ? { ...copy, items: {} } : copy;
  }
}

/** A whole schema as schemas of a document, the first under a name; its references lead there, so that it loses nothing. */
export function asComponents(schema: JsonSchema, name: string): Components {
  const copy: JsonSchema = JSON.parse(JSON.stringify(schema)) as JsonSchema;
  for (const inner of new SchemaReferences(copy).schemas) {
    // Its mapping names places of the file; what it decides by is said by the alternatives.
    delete (inner as { discriminator?: unknown }).discriminator;
    const [, key = '', rest = ''] = /^#\/(?:\$defs|definitions)\/([^/]+)(.*)$/.exec(inner.$ref ?? '') ?? [];
    if (key !== '') inner.$ref = `${component(componentName(name, decoded(key))).$ref}${rest}`;
    else if (inner.$ref !== undefined) inner.$ref = `${component(name).$ref}${inner.$ref.slice(1)}`;
  }
  const { $defs = {}, definitions = {}, ...whole } = copy;
  const named = Object.entries({ ...definitions, ...$defs }).map(([key, inner]) => [componentName(name, key), inner]);
  return { [name]: whole, ...(Object.fromEntries(named) as Components) };
}

/** A key of a reference as it is written in the schema. */
function decoded(key: string): string {
  return keyOfStep(decodeURIComponent(key));
}

/** Only these characters may be in it: https://spec.openapis.org/oas/v3.1.1#components-object */
function componentName(prefix: string, name: string): string {
  return `${prefix}-${name.replaceAll(/[^\w.-]/g, '_')}`;
}

function onlyOfValues(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([word]) => !withinFile.has(word)));
}

function put(schema: JsonSchema, path: readonly (string | number)[], value: JsonSchema): void {
  let holder = schema as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>;
  holder[path.at(-1) ?? ''] = value;
}
