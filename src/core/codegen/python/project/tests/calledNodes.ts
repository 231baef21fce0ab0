import type { Json } from '../../../../workflow/json.ts';
import { meaningOf, typesOf, unknownSchema, type JsonSchema } from '../../../../workflow/jsonSchema.ts';
import { misfit } from '../../../../workflow/schemaFit.ts';
import type { ModelNode } from '../../../../workflow/modelNodes.ts';
import type { WorkflowNode } from '../../../../workflow/types.ts';
import { ownTypes } from '../../../../workflow/validate/expressionContext.ts';
import { generatorOf } from '../../NodeCodeGenerator.ts';
import type { Plan } from '../../plan/plan.ts';
import { sampleOf } from '../sample.ts';
import { approvalOf, eventOf } from './waits.ts';
import type { ReadShapes } from './shapes.ts';
import { isJsonObject } from './trial.ts';

/** A node that calls a function, another workflow or another service, which a test stands in for. */
export type CalledNode = Exclude<WorkflowNode, ModelNode>;

export function isCalledNode(node: WorkflowNode): node is CalledNode {
  return generatorOf(node.type).callsOut === true;
}

/** What a node calls: where two call the same, one thing stands in for it. */
export function calledBy({ id, type, config }: CalledNode): string {
  if (type === 'subWorkflow') return config.file;
  return type === 'pythonFunction' && config.file !== undefined ? `${config.file} ${config.function}` : `node ${id}`;
}

/** What is known of what a node gives. */
export function typeOfResult(plan: Plan, node: CalledNode): JsonSchema {
  const { calls, functions } = plan.checked;
  return ownTypes(node, calls, functions)['output'] ?? unknownSchema;
}

/** What each node gives: the same where they call the same, with everything that is read of any of them, as it fits what is known of it. */
export function resultsOf(plan: Plan, nodes: readonly CalledNode[], shapes: ReadShapes): ReadonlyMap<string, Json> {
  const bySame = new Map<string, CalledNode[]>();
  for (const node of nodes) {
    const same = bySame.get(calledBy(node));
    if (same === undefined) bySame.set(calledBy(node), [node]);
    else same.push(node);
  }
  return new Map(
    [...bySame.values()].flatMap((same) =>
      same.map((node): [string, Json] => [node.id, resultOf(plan, node, same, shapes)]),
    ),
  );
}

function resultOf(plan: Plan, node: CalledNode, same: readonly CalledNode[], shapes: ReadShapes): Json {
  if (node.type === 'waitForApproval') return approvalOf(node.config);
  const text = `what ${same[0]?.id ?? node.id} gives`;
  const values = same.map((other) => shapes.of(other.id, 'output', [], text));
  const objects = values.filter(isJsonObject);
  const read =
    objects.length === 0 ? (values[0] ?? null) : Object.fromEntries(objects.flatMap((value) => Object.entries(value)));
  const result = fitted(read, typeOfResult(plan, node), text, 0);
  return node.type === 'waitForEvent' ? eventOf(result) : result;
}

/** A schema may hold itself. */
const deepest = 10;

/**
 * The value where it fits a schema; otherwise one that does, with as much of it as fits.
 * @param named texts are the names of their keys, as they are inside of lists
 */
function fitted(value: Json | undefined, given: JsonSchema, text: string, depth: number, named = false): Json {
  const schema = meaningOf(given);
  if (value !== undefined && misfit(value, schema) === undefined) return value;
  const option = meaningOf(schema.anyOf?.[0] ?? schema);
  const types = typesOf(option);
  if (types.length === 0) return text;
  if (depth > deepest) return sampleOf(option, text, true);
  if (types.join() === 'array' && Array.isArray(value) && option.items !== undefined) {
    const { items } = option;
    const list = (value as readonly Json[]).map((item) => fitted(item, items, text, depth + 1, true));
    return misfit(list, option) === undefined ? list : sampleOf(option, text, true);
  }
  if (types.join() !== 'object') return sampleOf(option, text, true);
  const has = value !== undefined && isJsonObject(value) ? value : {};
  const { properties = {}, required = [], additionalProperties } = option;
  const wanted = Object.entries(properties).filter(([key]) => required.includes(key));
  // Names that no schema lists, as in a `dict[str, float]`, are those that are read.
  const others = Object.keys(has).flatMap((key): readonly (readonly [string, JsonSchema])[] =>
    typeof additionalProperties !== 'object' || Object.hasOwn(properties, key) ? [] : [[key, additionalProperties]],
  );
  return Object.fromEntries(
    [...wanted, ...others].map(([key, property]) => [
      key,
      fitted(has[key], property, named ? key : text, depth + 1, named),
    ]),
  );
}
