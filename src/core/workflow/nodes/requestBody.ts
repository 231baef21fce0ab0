import { linkInput } from '../schemaLinks.ts';
import { meaningOf, typesOf, type JsonSchema } from '../jsonSchema.ts';

/** How a request carries the input. */
export type RequestBody = 'json' | 'form' | 'multipart' | 'query';

interface Carried {
  readonly method: string;
  readonly body?: RequestBody | undefined;
}

/** A file of a request, as its endpoint names it. */
export interface RequestFile {
  readonly name: string;
  readonly required: boolean;
  readonly maxBytes: number;
  readonly contentTypes: readonly string[];
}

/** Requests with some methods have no body that means something: https://www.rfc-editor.org/rfc/rfc9110#section-9.3.1 */
export function bodyOf({ method, body }: Carried): RequestBody {
  return body ?? (hasNoBody(method) ? 'query' : 'json');
}

export function hasNoBody(method: string): boolean {
  return method === 'GET' || method === 'DELETE';
}

/** Where a schema says that its value is a file of the request, and which. No text of a file can be this key. */
const file: unique symbol = Symbol('file');

type FileSchema = JsonSchema & { readonly [file]?: RequestFile };

const text: JsonSchema = { type: 'string' };

/** The beginnings of files of some types, in Base64, by which the runtime knows them. */
const beginnings: Readonly<Record<string, string>> = {
  'image/png': 'iVBORw0KGgo=',
  'image/jpeg': '/9j/4AAQSkZJRg==',
  'image/gif': 'R0lGODlhAQABAAAAACw=',
  'image/webp': 'UklGRg==',
  'application/pdf': 'JVBERi0xLjQK',
};

/** A file that a test sends: a text, or the beginning of what it is to be. */
function sampleOf({
  name,
  contentTypes: [wanted = 'text/plain'],
}: RequestFile): Readonly<Record<string, string | number>> {
  const type = wanted === 'image/*' ? 'image/png' : wanted.replace('*', 'plain');
  const base64 = beginnings[type] ?? 'SGVsbG8h';
  const size = (base64.length / 4) * 3 - (/=*$/.exec(base64)?.[0].length ?? 0);
  // Nobody reads the others as text.
  const said = beginnings[type] === undefined ? 'Hello!' : '';
  return { name, type, size, text: said, base64, dataUrl: `data:${type};base64,${base64}` };
}

/** What JSON has of a file. */
export const jsonOfFile: JsonSchema = {
  type: 'object',
  required: ['name', 'type', 'size'],
  properties: { name: text, type: text, size: { type: 'integer' } },
};

/** What expressions find of a file. */
function schemaOfFile(given: RequestFile): FileSchema {
  const properties = { name: text, type: text, size: { type: 'integer' }, text, base64: text, dataUrl: text } as const;
  return {
    type: 'object',
    title: 'File',
    required: Object.keys(properties),
    properties,
    additionalProperties: false,
    examples: [sampleOf(given)],
    [file]: given,
  };
}

/** The file that a value of the schema is; undefined where it is none. */
export function fileOf(schema: JsonSchema): RequestFile | undefined {
  return (schema as FileSchema)[file];
}

/** A trigger's config, with its files among the properties of its input. */
export function withFiles<Config extends { inputSchema: JsonSchema; readonly files: readonly RequestFile[] }>(
  config: Config,
): Config {
  const { files, inputSchema } = config;
  if (files.length === 0 || typesOf(inputSchema).join() !== 'object') return config;
  // One that is called like another value is left to `check`.
  const free = files.filter(({ name }) => !Object.hasOwn(inputSchema.properties ?? {}, name));
  const required = free.filter((each) => each.required).map(({ name }) => name);
  const all = linkInput({
    ...inputSchema,
    required: [...(inputSchema.required ?? []), ...required],
    properties: {
      ...inputSchema.properties,
      ...Object.fromEntries(free.map((each) => [each.name, schemaOfFile(each)])),
    },
  });
  return { ...config, inputSchema: all };
}

/** The files of an input, by the names of their properties. */
export function filesIn(schema: JsonSchema): ReadonlyMap<string, RequestFile> {
  return new Map(
    Object.entries(meaningOf(schema).properties ?? {}).flatMap(([name, property]) => {
      const found = fileOf(property);
      return found === undefined ? [] : [[name, found] as const];
    }),
  );
}

/** The schema of an input without its files. */
export function withoutFiles(schema: JsonSchema): JsonSchema {
  const files = filesIn(schema);
  if (files.size === 0) return schema;
  const others = Object.entries(schema.properties ?? {}).filter(([name]) => !files.has(name));
  return {
    ...schema,
    properties: Object.fromEntries(others),
    required: (schema.required ?? []).filter((name) => !files.has(name)),
  };
}
