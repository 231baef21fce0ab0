import type { Json } from '../../../../workflow/json.ts';
import { typesOf, unknownSchema, type JsonSchema } from '../../../../workflow/jsonSchema.ts';
import { misfit } from '../../../../workflow/schemaFit.ts';
import type { NodeOf, WorkflowNode } from '../../../../workflow/types.ts';
import { answerType } from '../../../../workflow/validate/answerType.ts';
import type { Plan } from '../../plan/plan.ts';
import { sampleOf } from '../sample.ts';
import type { ReadShapes } from './shapes.ts';
import { isJsonObject } from './trial.ts';

/** A node that calls a function or another workflow, which a test stands in for. */
export type CalledNode = NodeOf<'pythonFunction' | 'subWorkflow'>;

export function isCalledNode(node: WorkflowNode): node is CalledNode {
  return node.type === 'pythonFunction' || node.type === 'subWorkflow';
}

/** Whether one thing stands in for what both nodes call. */
export function isSameFunction(a: CalledNode, b: CalledNode): boolean {
  if (a.id === b.id) return true;
  if (a.config.file === undefined || a.config.file !== b.config.file) return false;
  return a.type !== 'pythonFunction' || b.type !== 'pythonFunction' || a.config.function === b.config.function;
}

/** What is known of what a node gives. */
export function typeOfResult(plan: Plan, node: CalledNode): JsonSchema {
  const called = plan.calls.get(node.id);
  return called === undefined ? unknownSchema : answerType(called.checked);
}

/** Nodes that call the same get the same from it: everything that is read of any of them, as it fits what is known of it. */
export function resultOf(plan: Plan, node: CalledNode, all: readonly CalledNode[], shapes: ReadShapes): Json {
  const same = all.filter((other) => isSameFunction(other, node));
  const text = `what ${same[0]?.id ?? node.id} gives`;
  const values = same.map((other) => shapes.of(other.id, 'output', [], text));
  const objects = values.filter(isJsonObject);
  const read =
    objects.length === 0 ? (values[0] ?? null) : Object.fromEntries(objects.flatMap((value) => Object.entries(value)));
  return fitted(read, typeOfResult(plan, node), text);
}

/** The value where it fits a schema; otherwise one that does, with as much of it as fits. */
function fitted(value: Json | undefined, schema: JsonSchema, text: string): Json {
  if (value !== undefined && misfit(value, schema) === undefined) return value;
  const [option = schema] = schema.anyOf ?? [];
  const types = typesOf(option);
  if (types.length === 0) return text;
  if (types.join() !== 'object') return sampleOf(option, text, true);
  const has = value !== undefined && isJsonObject(value) ? value : {};
  const wanted = Object.entries(option.properties ?? {}).filter(([key]) => option.required?.includes(key));
  return Object.fromEntries(wanted.map(([key, property]) => [key, fitted(has[key], property, text)]));
}
