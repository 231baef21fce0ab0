import type { Json } from '../json.ts';
import { meaningOf, memberOf, typesOf, type JsonSchema } from '../jsonSchema.ts';
import type { NodeDefinition, Surroundings } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import type { Drawing, DrawnNode } from './drawing.ts';
import type { Wire } from './result.ts';

/** What a new node finds when it comes behind an output. */
export function surroundingsOf(drawing: Drawing, from: From | undefined, isTool: boolean): Surroundings {
  const before = drawing.nodes.find(({ id }) => id === from?.source);
  const given = before === undefined || isTool ? undefined : valueAt(before, from?.sourceHandle);
  const sent = sentText(drawing);
  const own = given === undefined ? undefined : textIn(given.path, given.schema);
  const messages = given !== undefined && isMessages(given.schema) ? expression(given.path) : undefined;
  const text = own ?? sent ?? 'Hello';
  const isTrigger = before?.known !== undefined && registry[before.known].role === 'trigger';
  const value = own ?? (given === undefined || isTrigger ? text : expression(given.path));
  return { text, value, ...(messages !== undefined && { messages }), isTool };
}

type From = Pick<Wire, 'source' | 'sourceHandle'>;

interface Value {
  readonly path: string;
  readonly schema: JsonSchema;
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
  return { path: definition.role === 'trigger' ? 'input' : `nodes.${node.id}.${handle}`, schema };
}

/** A text that the caller sends. */
function sentText(drawing: Drawing): string | undefined {
  const trigger = drawing.nodes.find(({ known }) => known !== undefined && registry[known].role === 'trigger');
  const input = trigger === undefined ? undefined : valueAt(trigger);
  return input === undefined ? undefined : textIn(input.path, input.schema);
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
  const value = /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
  return expression(isCertain ? value : `${value} | default('')`);
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
