import * as z from 'zod';

import { nodeSchema, registry, type NodeType } from '../core/workflow/index.ts';

/** A key of a node's config as it is shown to people. */
export interface ConfigKey {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly default: unknown;
  readonly description: string;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schema of what a file may write as a node's config. */
export function configJsonSchema(type: NodeType): JsonSchema {
  return z.toJSONSchema(registry[type].configSchema, { io: 'input', unrepresentable: 'any' });
}

export function configKeys(type: NodeType): readonly ConfigKey[] {
  const root = configJsonSchema(type);
  return Object.entries(root.properties ?? {}).map(([name, property]) => {
    const schema = typeof property === 'object' ? property : {};
    return {
      name,
      type: typeText(schema, root),
      required: root.required?.includes(name) ?? false,
      default: schema.default,
      description: schema.description ?? '',
    };
  });
}

/** A node of the type as it could stand in a file. */
export function exampleNode(type: NodeType): unknown {
  const id = type.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
  const node = { id, type, config: registry[type].defaultConfig };
  nodeSchema(type).parse(node);
  return node;
}

function typeText(schema: JsonSchema, root: JsonSchema): string {
  return [...new Set(alternatives(schema, root))].join(' | ');
}

function alternatives(schema: JsonSchema, root: JsonSchema): readonly string[] {
  if (schema.$ref !== undefined) {
    const target = root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    return [target === undefined || target === schema ? 'JSON Schema' : shortType(target)];
  }
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value));
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  const options = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (options !== undefined)
    return options.flatMap((option) => (typeof option === 'object' ? alternatives(option, root) : ['any']));
  const items = schema.items;
  if (schema.type === 'array' && typeof items === 'object' && !Array.isArray(items))
    return [`list of ${typeText(items, root)}`];
  return [shortType(schema)];
}

function shortType(schema: JsonSchema): string {
  return schema.type === undefined ? 'any' : [schema.type].flat().join(' | ');
}
