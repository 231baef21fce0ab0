import type { Json } from '../json.ts';
import { meaningOf, memberOf, typesOf, type JsonSchema } from '../jsonSchema.ts';
import { asExpression, type NodeDefinition, type Surroundings } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import type { Drawing, DrawnNode } from './drawing.ts';
import type { Wire } from './result.ts';

/** What a new node finds when it comes behind an output. */
export function surroundingsOf(drawing: Drawing, from: From | undefined, isTool: boolean): Surroundings {
  const before = drawing.nodes.find(({ id }) => id === from?.source);
  const given = before === undefined || isTool ? undefined : valueAt(before, from?.sourceHandle);
  const input = sentBy(drawing);
  const sent = input && textIn(input.path, input.schema);
  const own = given && (given.isOpen ? expression(`${given.path} | string`) : textIn(given.path, given.schema));
  const messages = given !== undefined && isMessages(given.schema) ? expression(given.path) : undefined;
  const text = own ?? sent ?? 'Hello';
  const isTrigger = before?.known !== undefined && registry[before.known].role === 'trigger';
  const value = own ?? (given === undefined || isTrigger ? text : expression(given.path));
  const list = (given && listIn(given)) ?? (input && listIn(input)) ?? listOf(value);
  return { text, value, list, ...(messages !== undefined && { messages }), isTool };
}

type From = Pick<Wire, 'source' | 'sourceHandle'>;

interface Value {
  readonly path: string;
  readonly schema: JsonSchema;
  /** It may be of any type; of which it is hangs on the body that its node runs. */
  readonly isOpen: boolean;
}

/** The value at an output of a node, or the first that it has: that of a trigger is the input. */
function valueAt(node: DrawnNode, output?: string): Value | undefined {
  if (node.known === undefined) return undefined;
  const definition: NodeDefinition = registry[node.known];
  const config = definition.configSchema.safeParse(node.config);
  if (!config.success) return undefined;
  const values = Object.entries(definition.values(config.data));
  const found = values.find(([handle]) => handle === output) ?? values[0];
  if (found === undefined) return undefined;
  const [handle, schema] = found;
  const isOpen = definition.body !== undefined && typesOf(schema).length === 0;
  return { path: definition.role === 'trigger' ? 'input' : `nodes.${node.id}.${handle}`, schema, isOpen };
}

/** What the caller sends. */
function sentBy(drawing: Drawing): Value | undefined {
  const trigger = drawing.nodes.find(({ known }) => known !== undefined && registry[known].role === 'trigger');
  return trigger && valueAt(trigger);
}

/** A value itself when it is a text, or the first of its members that is one. */
function textIn(path: string, schema: JsonSchema): string | undefined {
  const types = typesOf(schema);
  if (types.includes('string')) return expression(path);
  if (!types.includes('object')) return undefined;
  const members = Object.keys(meaningOf(schema).properties ?? {}).flatMap((key) => {
    const member = memberOf(schema, key);
    return member === undefined || member === 'unknown' || !typesOf(member.schema).includes('string')
      ? []
      : [{ key, isCertain: member.certain }];
  });
  const found = members.find(({ isCertain }) => isCertain) ?? members[0];
  if (found === undefined) return undefined;
  const { key, isCertain } = found;
  const value = memberPath(path, key);
  return expression(isCertain ? value : `${value} | default('')`);
}

/** A value itself when it is a list, or the first of its members that surely is one. */
function listIn({ path, schema }: Value): string | undefined {
  const isList = (found: JsonSchema): boolean => typesOf(found).join() === 'array';
  if (isList(schema)) return expression(path);
  const key = Object.keys(meaningOf(schema).properties ?? {}).find((name) => {
    const member = memberOf(schema, name);
    return member !== undefined && member !== 'unknown' && member.certain && isList(member.schema);
  });
  return key === undefined ? undefined : expression(memberPath(path, key));
}

/** A list of a value alone. @param value a text, or one expression */
function listOf(value: string): string {
  return asExpression(value).replace(/^\{\{ (.*) \}\}$/s, '{{ [$1] }}');
}

function memberPath(path: string, key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

function isMessages(schema: JsonSchema): boolean {
  const required: readonly string[] = meaningOf(schema).items?.required ?? [];
  return typesOf(schema).includes('array') && ['role', 'content'].every((key) => required.includes(key));
}

function expression(path: string): string {
  return `{{ ${path} }}`;
}

/** The config of a new node. */
export function newConfigOf(type: DrawnNode['known'] & string, near: Surroundings): { readonly [key: string]: Json } {
  const definition: NodeDefinition = registry[type];
  return definition.newConfig?.(near) ?? (definition.defaultConfig as { readonly [key: string]: Json });
}

/** The config of a new node behind an output. */
export function firstConfig(
  drawing: Drawing,
  type: DrawnNode['known'] & string,
  from: From | undefined,
): { readonly [key: string]: Json } {
  return newConfigOf(type, surroundingsOf(drawing, from, false));
}
