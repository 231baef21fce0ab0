import { typeOfTemplateJson } from '../expressions/templateTypes.ts';
import { either } from '../expressions/types.ts';
import { bodyOf } from '../graph/graph.ts';
import { resultEdge } from '../graph/loops.ts';
import { itemsOf, meaningOf, typesOf, unknownSchema, type JsonSchema } from '../jsonSchema.ts';
import { problem } from '../nodes/stepOptions.ts';
import type { WorkflowEdge, WorkflowNode } from '../types.ts';
import type { CheckContext, OutputTypes } from './context.ts';
import { isSurelyThere, scopeOf } from './expressionContext.ts';

/** The types of a loop's values, which depend on what it is given and on what its body ends in; undefined for other nodes. */
export function loopTypes(context: CheckContext, node: WorkflowNode): OutputTypes | undefined {
  if (node.type !== 'loop' && node.type !== 'repeat') return undefined;
  const edge = resultEdge(context.graph, node.id);
  const scope = scopeOf(context, node);
  const index: JsonSchema = { type: 'integer', minimum: 0 };
  if (node.type === 'loop') {
    const items = typeOfTemplateJson(node.config.items, scope);
    const item = (typesOf(items).join() === 'array' ? itemsOf(items) : undefined) ?? unknownSchema;
    const failed = node.config.onItemError === 'collect' ? [failedItem] : [];
    const limits = [node.config.maxItems, meaningOf(items).maxItems].filter((limit) => limit !== undefined);
    const list: JsonSchema = { type: 'array', ...(limits.length > 0 && { maxItems: Math.min(...limits) }) };
    return withOutput({ item, index }, () => {
      const results = failed.reduce<JsonSchema>(either, given(context, node, edge, item));
      return typesOf(results).length === 0 ? list : { ...list, items: results };
    });
  }
  const initial = typeOfTemplateJson(node.config.initial, scope);
  const item = carried(context, node, edge, initial);
  return withOutput({ item, index }, () => given(context, node, edge, item));
}

/** What is read in the body is known before what the body gives. */
function withOutput(inside: OutputTypes, outputType: () => JsonSchema): OutputTypes {
  let known: JsonSchema | undefined;
  return {
    ...inside,
    get output() {
      return (known ??= outputType());
    },
  };
}

/** What stands in the place of an item that failed. */
const failedItem: JsonSchema = {
  type: 'object',
  required: ['error'],
  properties: { error: problem },
};

/** What goes from round to round: what the first began with, or what one has given. */
function carried(
  context: CheckContext,
  node: WorkflowNode,
  edge: WorkflowEdge | undefined,
  initial: JsonSchema,
): JsonSchema {
  if (edge === undefined || isOwnItem(node, edge)) return initial;
  // What a loop gives may depend on what is carried.
  if (bodyOf(context.graph, edge.source) !== undefined) return unknownSchema;
  return either(initial, given(context, node, edge, unknownSchema));
}

/** What the body gives in a round. */
function given(
  context: CheckContext,
  node: WorkflowNode,
  edge: WorkflowEdge | undefined,
  item: JsonSchema,
): JsonSchema {
  if (edge === undefined) return unknownSchema;
  if (isOwnItem(node, edge)) return item;
  const source = context.graph.nodes.get(edge.source);
  const values = source === undefined ? {} : context.valuesOf(source);
  const schema = Object.hasOwn(values, edge.sourceHandle) ? values[edge.sourceHandle] : undefined;
  if (source === undefined || schema === undefined) return unknownSchema;
  return isResultCertain(context, node, edge) ? schema : either(schema, { type: 'null' });
}

function isOwnItem({ id }: WorkflowNode, edge: WorkflowEdge): boolean {
  return edge.source === id;
}

/** Whether every round comes to what the body ends in. */
export function isResultCertain(context: CheckContext, loop: WorkflowNode, edge: WorkflowEdge): boolean {
  const source = context.graph.nodes.get(edge.source);
  return source === undefined || isOwnItem(loop, edge) || isSurelyThere(context, source, edge.sourceHandle, loop);
}
