import { typeOfTemplateJson } from '../expressions/templateTypes.ts';
import { fieldsOf } from '../fieldPath.ts';
import { bodyOf, type Graph } from '../graph/graph.ts';
import { itemsOf, meaningOf, memberOf, typesOf, unknownSchema, type JsonSchema } from '../jsonSchema.ts';
import type { NodeOf, NodeType, WorkflowNode } from '../types.ts';
import type { CheckContext, OutputTypes } from './context.ts';
import { scopeOf } from './expressionContext.ts';

const transforms: ReadonlySet<NodeType> = new Set(['editFields', 'filterArray', 'sortArray', 'aggregate']);

/** Whether the types of a node's values depend on those of what it reads. */
export function isTypedByReads(graph: Graph, node: WorkflowNode): boolean {
  return transforms.has(node.type) || bodyOf(graph, node.id) !== undefined;
}

/** The types of what a node makes of a list or an object, as far as those of the list or object are known. */
export function transformTypes(context: CheckContext, node: WorkflowNode): OutputTypes | undefined {
  const scope = scopeOf(context, node);
  switch (node.type) {
    case 'editFields': {
      const { from, set } = node.config;
      const base = from === undefined ? { type: 'object' as const, properties: {} } : typeOfTemplateJson(from, scope);
      const changed = Object.entries(set).map(([key, value]) => [key, typeOfTemplateJson(value, scope)] as const);
      return { output: editedType(base, node.config, changed) };
    }
    case 'filterArray': {
      const list = typeOfTemplateJson(node.config.items, scope);
      return { output: listLike(list, itemsThatMeet(itemsOfList(list), node.config)) };
    }
    case 'sortArray': {
      const list = typeOfTemplateJson(node.config.items, scope);
      return { output: listLike(list, itemsOfList(list)) };
    }
    case 'aggregate':
      return { output: aggregatedType(itemsOfList(typeOfTemplateJson(node.config.items, scope)), node.config) };
    default:
      return undefined;
  }
}

function itemsOfList(list: JsonSchema): JsonSchema {
  return (typesOf(list).join() === 'array' ? itemsOf(list) : undefined) ?? unknownSchema;
}

/** A list with no more items than another. */
function listLike(list: JsonSchema, items: JsonSchema): JsonSchema {
  const { maxItems } = meaningOf(list);
  return {
    type: 'array',
    ...(items !== unknownSchema && { items }),
    ...(typesOf(list).join() === 'array' && maxItems !== undefined && { maxItems }),
  };
}

/** Items that meet every condition have the fields that these look at; only `missing` and `notEquals` hold without. */
function itemsThatMeet(items: JsonSchema, { where, match }: NodeOf<'filterArray'>['config']): JsonSchema {
  if (match === 'any') return items;
  return where
    .filter(({ operator }) => operator !== 'missing' && operator !== 'notEquals')
    .reduce((met, { field }) => having(met, fieldsOf(field)), items);
}

/** An object that surely has what lies at the end of a path, as far as the path is known. */
function having(schema: JsonSchema, [field = '', ...further]: readonly string[]): JsonSchema {
  const { properties = {}, required } = meaningOf(schema);
  const property = Object.hasOwn(properties, field) ? properties[field] : undefined;
  if (property === undefined || typesOf(schema).join() !== 'object') return schema;
  const inner = further.length === 0 ? property : having(property, further);
  return { ...plain(schema), properties: { ...properties, [field]: inner }, required: union(required, [field]) };
}

/** Fields by their names after renaming and removing; what else is known of the object may no longer hold. */
function editedType(
  base: JsonSchema,
  { rename, remove }: NodeOf<'editFields'>['config'],
  changed: readonly (readonly [string, JsonSchema])[],
): JsonSchema {
  const { properties, patternProperties, required = [], additionalProperties, anyOf } = meaningOf(base);
  const isKnown = typesOf(base).join() === 'object' && patternProperties === undefined && anyOf === undefined;
  const known = isKnown ? properties : undefined;
  const fields = new Map<string, JsonSchema>();
  const present = new Set<string>();
  const renamed = new Set(Object.values(rename));
  for (const [key, schema] of Object.entries(known ?? {})) {
    if (Object.hasOwn(rename, key) || renamed.has(key)) continue;
    fields.set(key, schema);
    if (required.includes(key)) present.add(key);
  }
  for (const [old, name] of Object.entries(rename)) {
    const member = isKnown ? memberOf(base, old, false) : 'unknown';
    fields.set(name, member === undefined || member === 'unknown' ? unknownSchema : member.schema);
    present.add(name);
  }
  for (const key of remove) {
    fields.delete(key);
    present.delete(key);
  }
  for (const [key, schema] of changed) {
    fields.set(key, schema);
    present.add(key);
  }
  const further = isKnown && (known !== undefined || additionalProperties !== undefined) ? additionalProperties : true;
  return {
    type: 'object',
    required: [...present],
    properties: Object.fromEntries(fields),
    ...(further !== undefined && { additionalProperties: further }),
  };
}

/** Of no items `min`, `max`, `first` and `last` are null; a group has at least one. */
function aggregatedType(items: JsonSchema, { values, groupBy }: NodeOf<'aggregate'>['config']): JsonSchema {
  const typeOf = (field: string | undefined): JsonSchema => {
    const member = field === undefined || typesOf(items).length === 0 ? 'unknown' : memberOf(items, field, false);
    return member === undefined || member === 'unknown' ? unknownSchema : member.schema;
  };
  const results = Object.entries(values).map(([name, { operation, field }]): [string, JsonSchema] => {
    const type = typeOf(field);
    const orNull =
      groupBy !== undefined || type === unknownSchema ? type : { anyOf: [type, { type: 'null' as const }] };
    switch (operation) {
      case 'count':
        return [name, { type: 'integer' }];
      case 'sum':
        return [name, { type: typesOf(type).join() === 'integer' ? 'integer' : 'number' }];
      case 'mean':
        return [name, { type: groupBy === undefined ? ['number', 'null'] : 'number' }];
      case 'list':
        return [name, type === unknownSchema ? { type: 'array' } : { type: 'array', items: type }];
      case 'min':
      case 'max':
      case 'first':
      case 'last':
        return [name, orNull];
    }
  });
  const groups: [string, JsonSchema][] = groupBy === undefined ? [] : [[groupBy, typeOf(groupBy)]];
  const properties = Object.fromEntries([...groups, ...results]);
  const one: JsonSchema = { type: 'object', required: Object.keys(properties), properties };
  return groupBy === undefined ? one : { type: 'array', items: one };
}

/** What a schema says, without the names of definitions that it came from: it is another one now. */
function plain(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(meaningOf(schema)));
}

function union(some: readonly string[] | undefined, more: readonly string[]): string[] {
  return [...new Set([...(some ?? []), ...more])];
}
