import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import type { PathExpression, Template } from '../../../workflow/expressions/syntax.ts';
import { typeOfExpression } from '../../../workflow/expressions/types.ts';
import { bodyOf } from '../../../workflow/graph/graph.ts';
import { resultEdge, resultPath } from '../../../workflow/graph/loops.ts';
import { itemsOf, meaningOf, typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import { isTrigger } from '../../../workflow/trigger.ts';
import type { WorkflowNode } from '../../../workflow/types.ts';
import type { NodeScope } from '../NodeCodeGenerator.ts';
import { handleOfPath, variableOfHandle } from '../plan/variables.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';
import { isUntyped, typeOf } from './blocks.ts';
import type { BlockWriter } from './blockWriter.ts';
import { compileExpression } from './expressions.ts';
import { rawCode, type PathScope } from './paths.ts';

const anything = py.imported('typing', 'Any');

/** What the generator of a loop can ask for. */
export function loopScope(
  writer: BlockWriter,
  node: WorkflowNode,
  paths: PathScope,
): Pick<NodeScope, 'items' | 'itemType' | 'result' | 'resultType'> {
  const { checked } = writer.plan;
  return {
    items: (template) => {
      const { single } = template;
      const schema = single === undefined ? {} : typeOfExpression(single, paths.types).schema;
      const isList = typesOf(schema).join() === 'array';
      const { maxItems: mostItems } = meaningOf(schema);
      const path = isList && single?.kind === 'path' ? single : undefined;
      if (single === undefined) throw new Error('check lets no items through that are no expression');
      const code = path === undefined ? compileExpression(single, paths).code : rawCode(path, paths);
      return { code, isList, mostItems };
    },
    itemType: (template) => {
      const items = keptPath(checked, node.id, template);
      const schema = items && itemsOf(typeOfExpression(items, paths.types).schema);
      return (schema && typeOfItem(schema, paths)) ?? anything;
    },
    result: () => {
      const edge = resultEdge(checked.graph, node.id);
      if (edge === undefined) throw new Error(`check lets no loop ${node.id} through that has no body`);
      const path = resultPath(edge);
      const of = variableOfHandle(checked.graph, edge.source, edge.sourceHandle);
      const isOwn = of.kind !== 'value' || edge.sourceHandle === 'output';
      // Its name is all there is to read; where it was not set it is None, unless that is a value of it.
      if (isOwn && (!isGuarded(checked, node.id) || !isUntyped(writer, of))) return py.name(writer.names.variable(of));
      const { span } = path;
      const nothing = { kind: 'literal', value: null, span } as const;
      const read = { kind: 'filter', name: 'default', subject: path, args: [nothing], nameSpan: span, span } as const;
      return compileExpression(read, paths).code;
    },
    resultType: () => {
      const edge = resultEdge(checked.graph, node.id);
      if (edge === undefined) return anything;
      const of = variableOfHandle(checked.graph, edge.source, edge.sourceHandle);
      if (of.kind === 'item' || (of.kind === 'value' && edge.sourceHandle !== 'output')) return anything;
      const type = typeOf(writer, of, true);
      return isGuarded(checked, node.id) && !isAny(type) ? py.union(type, py.literal(null)) : type;
    },
  };
}

function isAny(type: Expr): boolean {
  return type.kind === 'name' && type.name === 'Any';
}

/** Whether a round may not come to what the body of a loop ends in. */
function isGuarded(checked: CheckedWorkflow, loop: string): boolean {
  return checked.readsOf(loop).at(-1)?.guarded ?? false;
}

/** The path to the items of a loop that are gone through as they are held: a list for sure, and nothing made of it. */
function keptPath(checked: CheckedWorkflow, loop: string, template?: Template): PathExpression | undefined {
  const node = checked.graph.nodes.get(loop);
  const single = (template ?? (node?.type === 'loop' ? node.config.items : undefined))?.single;
  if (node === undefined || single?.kind !== 'path') return undefined;
  return typesOf(typeOfExpression(single, checked.scopeOf(node)).schema).join() === 'array' ? single : undefined;
}

/** The loop whose item a path starts from. */
function loopOfItem(checked: CheckedWorkflow, path: PathExpression): string | undefined {
  const read = handleOfPath(path);
  const isInside = read !== undefined && bodyOf(checked.graph, read.node)?.inside.includes(read.handle);
  return isInside === true ? read.node : undefined;
}

/** The path to the list that an item was taken from as it is held; undefined for what does not start from such an item. */
export function listBehind(checked: CheckedWorkflow, path: PathExpression): PathExpression | undefined {
  const loop = loopOfItem(checked, path);
  return loop === undefined ? undefined : keptPath(checked, loop);
}

/**
 * Whether the objects behind a path are plain dicts, whatever their schema says: those of the input are objects of models,
 * also where loops hand them on; what nodes make of them is JSON.
 */
export function isPlainValue(checked: CheckedWorkflow, path: PathExpression): boolean {
  if (path.root === 'local') return path.over?.kind !== 'path' || isPlainValue(checked, path.over);
  const read = handleOfPath(path);
  const node = read && checked.graph.nodes.get(read.node);
  if (node === undefined || isTrigger(node)) return false;
  if (loopOfItem(checked, path) !== undefined) {
    const list = keptPath(checked, node.id);
    return list === undefined || isPlainValue(checked, list);
  }
  const edge = bodyOf(checked.graph, node.id) && resultEdge(checked.graph, node.id);
  return edge === undefined || isPlainValue(checked, resultPath(edge));
}

/** The type of an item that is a text, a number or an object of a model. */
function typeOfItem(schema: JsonSchema, paths: PathScope): Expr | undefined {
  const model = paths.modelOf(schema);
  if (model !== undefined) return py.name(model.name);
  const [type, ...others] = typesOf(schema);
  if (others.length > 0) return undefined;
  if (type === 'string') return py.name('str');
  if (type === 'integer') return py.name('int');
  if (type === 'number') return py.name('float');
  return type === 'boolean' ? py.name('bool') : undefined;
}
