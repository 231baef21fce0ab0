import { text as readAll } from 'node:stream/consumers';

import type { JsonSchema } from '../core/workflow/jsonSchema.ts';
import { meaningOf, typesOf } from '../core/workflow/index.ts';
import { filesIn } from '../core/workflow/nodes/requestBody.ts';
import { requestFile } from '../host/requestFile.ts';
import { readText } from '../host/textFile.ts';
import { UsageError } from '../host/errors.ts';

type Schema = JsonSchema;

export interface InputOptions {
  readonly input?: readonly string[] | undefined;
  readonly inputJson?: string | undefined;
}

/** The input of a run from `--input key=value` and `--input-json`, the former on top of the latter. */
export async function readRunInput(
  options: InputOptions,
  schema: Schema,
  stdin: NodeJS.ReadableStream,
): Promise<Record<string, unknown>> {
  const whole = options.inputJson === undefined ? {} : await readInputJson(options.inputJson, stdin);
  const single = await Promise.all((options.input ?? []).map(async (pair) => parsePair(pair, schema)));
  const input = Object.fromEntries([...Object.entries(whole), ...single]);
  const missing = (meaningOf(schema).required ?? []).filter((key) => !Object.hasOwn(input, key));
  if (missing.length > 0) {
    const files = filesIn(schema);
    const example = missing.map((key) => `--input ${key}=${files.has(key) ? '@FILE' : '…'}`).join(' ');
    throw new UsageError(`The workflow's input lacks ${missing.join(', ')}.`, `Add ${example}`);
  }
  return input;
}

async function readInputJson(source: string, stdin: NodeJS.ReadableStream): Promise<Record<string, unknown>> {
  const text = source === '-' ? await readAll(stdin) : await readText(source);
  const name = source === '-' ? 'Standard input' : source;
  try {
    const input: unknown = JSON.parse(text);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  } catch (error) {
    throw new UsageError(`${name} is not JSON: ${(error as SyntaxError).message}`, inputJsonHint);
  }
  throw new UsageError(`${name} is not a JSON object.`, inputJsonHint);
}

const inputJsonHint = 'The input is an object, such as {"message": "Hello"}.';

async function parsePair(pair: string, schema: Schema): Promise<readonly [string, unknown]> {
  const [, key, value] = /^([^=]+)=(.*)$/su.exec(pair) ?? [];
  if (key === undefined || value === undefined) {
    const first = Object.keys(meaningOf(schema).properties ?? {})[0] ?? 'message';
    throw new UsageError(`--input ${pair} has no value.`, `Write it as key=value, such as --input ${first}="Hello".`);
  }
  const file = filesIn(schema).get(key);
  if (file === undefined) return [key, parseValue(key, value, typesAt(schema, key))];
  if (!value.startsWith('@'))
    throw new UsageError(
      `--input ${key}=${value}: ${key} is a file.`,
      `Name one: --input ${key}=@${value || 'file.txt'}`,
    );
  return [key, await requestFile(value.slice(1), file)];
}

/** The types that the schema allows at a key; a closed object that lacks the key is an error. */
function typesAt(schema: Schema, key: string): readonly string[] {
  const { properties = {}, additionalProperties } = meaningOf(schema);
  const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (property === undefined) {
    const known = Object.keys(properties);
    if ((additionalProperties ?? false) !== false || known.length === 0) return [];
    throw new UsageError(`The workflow's input has no ${key}.`, `It has ${known.join(', ')}.`);
  }
  return typesOf(property);
}

/** Text stays text where a string is allowed; elsewhere it is read as JSON of one of the allowed types. */
function parseValue(key: string, value: string, types: readonly string[]): unknown {
  if (types.includes('string')) return value;
  const parsed = parseJson(value);
  if (types.length === 0) return parsed === undefined ? value : parsed;
  if (parsed !== undefined && types.some((type) => isOfType(parsed, type))) return parsed;
  throw new UsageError(
    `--input ${key}=${value}: ${key} is of type ${types.join(' or ')}.`,
    `Such as --input ${key}=${exampleOf[types[0] ?? ''] ?? 'value'}`,
  );
}

const exampleOf: Readonly<Record<string, string>> = {
  integer: '3',
  number: '0.5',
  boolean: 'true',
  array: `'["a", "b"]'`,
  object: `'{"a": 1}'`,
  null: 'null',
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}
