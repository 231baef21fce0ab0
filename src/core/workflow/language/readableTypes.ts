import { typeWords } from '../diagnostics/words.ts';
import type { Expression } from '../expressions/syntax.ts';
import { typeOfExpression } from '../expressions/types.ts';
import { memberOf, meaningOf, typesOf, unknownSchema, type JsonSchema } from '../jsonSchema.ts';
import { loopsAround } from '../graph/branches.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import { outputsOf } from '../nodes/handles.ts';
import { registry } from '../nodes/registry.ts';
import type { WorkflowNode } from '../types.ts';
import type { CheckContext } from '../validate/context.ts';
import { isSurelyThere, scopeOf } from '../validate/expressionContext.ts';
import type { WrittenPath } from './expressionAt.ts';

/** What can be read at a place: a member of what stands before it. */
export interface Readable {
  readonly key: string;
  readonly schema: JsonSchema;
  /** Whether it is surely there. */
  readonly certain: boolean;
  /** What it is, where its schema does not say. */
  readonly description?: string;
}

/** A node whose expression is read. */
export type Reader = WorkflowNode & {
  /** The expression is worked out at the end of the body that the node runs, and reads what is in it. */
  readonly isAtEndOfBody?: boolean;
};

/** Who reads an expression that stands in a key of a node's config. */
export function readerAt(node: WorkflowNode, key: string | undefined): Reader {
  const { body }: NodeDefinition = registry[node.type];
  return key !== undefined && body?.readsInside.includes(key) === true ? { ...node, isAtEndOfBody: true } : node;
}

/** What lies under a path: input fields, variables, nodes, handles, members. */
export function readableUnder(
  context: CheckContext,
  reader: Reader,
  { root, keys, over }: Pick<WrittenPath, 'root' | 'keys' | 'over'>,
): readonly Readable[] {
  if (root === 'env')
    return keys.length > 0 ? [] : context.file.env.map((key) => ({ key, schema: { type: 'string' }, certain: false }));
  if (root === 'nodes' && keys.length === 0) return readableNodes(context, reader);
  if (root === 'nodes' && keys.length === 1) return handlesOf(context, reader, String(keys[0]));
  const type = typeAt(context, reader, { root, keys, over });
  return type === undefined ? [] : membersOf(type.schema, root === 'input');
}

/** What a path leads to; undefined when there can be nothing, or it names no value yet. */
export function typeAt(
  context: CheckContext,
  reader: Reader,
  { root, keys, over }: Pick<WrittenPath, 'root' | 'keys' | 'over'>,
): { readonly schema: JsonSchema; readonly certain: boolean } | undefined {
  const scope = scopeOf(context, reader);
  const [first, second, ...further] = keys;
  if (root === 'env')
    return keys.length === 1 && context.file.env.includes(String(first))
      ? { schema: { type: 'string' }, certain: false }
      : undefined;
  if (root === 'local') return over && typeOfExpression(localPath(keys, over), scope);
  const start =
    root === 'input'
      ? { schema: scope.input, certain: true }
      : root === 'caller'
        ? scope.caller && { schema: scope.caller, certain: true }
        : scope.output(String(first), String(second ?? ''));
  let type = start;
  for (const key of root === 'nodes' ? further : keys) {
    const member = type && memberOf(type.schema, key, root === 'input');
    if (type === undefined || member === undefined) return undefined;
    type =
      member === 'unknown'
        ? { schema: unknownSchema, certain: false }
        : { schema: member.schema, certain: type.certain && member.certain };
  }
  return type;
}

/** What lies under the variable of a loop. @param keys the variable, and what follows */
export function localPath(keys: readonly (string | number)[], over: Expression): Expression {
  const span = { start: 0, end: 0 };
  return { kind: 'path', root: 'local', segments: keys.map((key) => ({ key, span })), over, span };
}

/** The nodes before the reader that have a value, the nearest first. */
function readableNodes(context: CheckContext, reader: Reader): readonly Readable[] {
  return context.file.nodes
    .filter((node) => isReadable(context, reader, node.id))
    .filter((node) => Object.keys(context.valuesOf(node)).length > 0)
    .map((node) => {
      const handles = Object.keys(context.valuesOf(node));
      const certain = handles.some((handle) => isSurelyThere(context, node, handle, reader));
      const { name, description } = registry[node.type];
      return { key: node.id, schema: unknownSchema, certain, description: `${name}: ${description}` };
    })
    .toReversed();
}

function isReadable(context: CheckContext, reader: Reader, id: string): boolean {
  if (reader.isAtEndOfBody === true && (id === reader.id || isInBody(context, reader, id))) return true;
  return id !== reader.id && context.comesBefore(id, reader.id);
}

function isInBody(context: CheckContext, reader: Reader, id: string): boolean {
  return loopsAround(context.branches.get(id) ?? []).includes(reader.id);
}

function handlesOf(context: CheckContext, reader: Reader, id: string): readonly Readable[] {
  const node = context.graph.nodes.get(id);
  if (node === undefined || (node.id === reader.id && reader.isAtEndOfBody !== true)) return [];
  const scope = scopeOf(context, reader);
  const isOwn = ({ body }: NodeDefinition, key: string): boolean => body?.inside.includes(key) === true;
  return Object.keys(context.valuesOf(node)).flatMap((key) => {
    if (node.id === reader.id && !isOwn(registry[node.type], key)) return [];
    const type = scope.output(id, key);
    const name = outputsOf(node).find((handle) => handle.id === key)?.name;
    return type === undefined ? [] : [{ key, ...type, ...(name !== undefined && { description: name }) }];
  });
}

/** The members that a value is known to have. */
export function membersOf(given: JsonSchema, defaultsFill: boolean): readonly Readable[] {
  const schema = meaningOf(given);
  const keys = new Set([
    ...Object.keys(schema.properties ?? {}),
    ...(schema.anyOf ?? []).flatMap((option) => Object.keys(meaningOf(option).properties ?? {})),
  ]);
  return [...keys].flatMap((key) => {
    const member = memberOf(schema, key, defaultsFill);
    return member === undefined || member === 'unknown' ? [] : [{ key, ...member }];
  });
}

const most = 6;

/** "text", "a list of text", "one of "a", "b"": a type in a few words. */
export function typeText(given: JsonSchema): string {
  const schema = meaningOf(given);
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (values !== undefined) {
    const shown = values.slice(0, most).map((value) => JSON.stringify(value));
    return `${shown.length > 1 ? 'one of ' : ''}${shown.join(', ')}${values.length > most ? ', …' : ''}`;
  }
  const types = typesOf(schema);
  const items = types.includes('array') ? schema.items : undefined;
  if (items === undefined || types.length > 1) return typeWords(types);
  return `a list of ${typeText(items).replace(/^an? /, '')}`;
}
