import { countBefore } from '../countBefore.ts';
import type { PathExpression } from '../expressions/syntax.ts';
import { shownBy } from '../expressions/shown.ts';
import { templatesIn, type FoundTemplate } from '../expressions/templateSchema.ts';
import type { ExpressionType, TypeScope } from '../expressions/types.ts';
import { pathsOf } from '../expressions/walk.ts';
import { loopsAround } from '../graph/branches.ts';
import { bodyOf } from '../graph/graph.ts';
import { branchesOfValue, branchOfReader, isCertainIn, isConditional } from '../graph/values.ts';
import { unknownSchema } from '../jsonSchema.ts';
import { registry } from '../nodes/registry.ts';
import { schemaOfAnnotation } from '../python/annotations.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import { withStep } from '../nodes/stepOptions.ts';
import { servedRequest } from '../servedModel.ts';
import type { WorkflowFile, WorkflowNode } from '../types.ts';
import { callerSchema, inputOf } from '../trigger.ts';
import { answerType } from './answerType.ts';
import type { CheckContext, OutputTypes, PlacedTemplate } from './context.ts';

export function placedTemplates(file: WorkflowFile, pathOf: CheckContext['pathOf']): readonly PlacedTemplate[] {
  return file.nodes.flatMap((node) => templatesOf(node, pathOf));
}

export function templatesOf(node: WorkflowNode, pathOf: CheckContext['pathOf']): readonly PlacedTemplate[] {
  const placed: PlacedTemplate[] = [];
  for (const { template, path } of filledIn(node)) {
    if (template.constant !== undefined && template.problems.length === 0) continue;
    placed.push({ node, path: pathOf(node, ...path), template, references: pathsOf(template) });
  }
  return placed;
}

/** Everything in a node that is filled in, in its config and in its step options. */
export function filledIn({ config, step }: Pick<WorkflowNode, 'config' | 'step'>): readonly FoundTemplate[] {
  return templatesIn(step === undefined ? { config } : { config, step });
}

/** The templates of the node that is so many-th in the file; none where there is no such node. */
export function templatesAt(
  templates: readonly PlacedTemplate[],
  place: number | undefined,
): readonly PlacedTemplate[] {
  return place === undefined ? [] : templates.slice(...rangeAt(templates, place));
}

/** From the first of them to behind the last. Templates are in the order of their nodes. */
export function rangeAt(templates: readonly PlacedTemplate[], place: number): [start: number, end: number] {
  return [firstAt(templates, place), firstAt(templates, place + 1)];
}

function firstAt(templates: readonly PlacedTemplate[], place: number): number {
  return countBefore(templates.length, (index) => Number(templates[index]?.path[1]) < place);
}

/** Who reads each node, in an index that is made when it is first asked for. */
export function readersIn(templates: readonly PlacedTemplate[]): (id: string) => ReadonlySet<string> {
  let readers: Map<string, Set<string>> | undefined;
  return (id) => {
    readers ??= indexOfReaders(templates);
    return readers.get(id) ?? new Set();
  };
}

function indexOfReaders(templates: readonly PlacedTemplate[]): Map<string, Set<string>> {
  const readers = new Map<string, Set<string>>();
  for (const { node, references } of templates) {
    for (const { path } of references) {
      if (path.root !== 'nodes') continue;
      const read = String(path.segments[0]?.key);
      const known = readers.get(read);
      if (known === undefined) readers.set(read, new Set([node.id]));
      else known.add(node.id);
    }
  }
  return readers;
}

/**
 * The types of a node's values.
 * @param calls the called workflows, by node id @param functions likewise @param inLoop whether it stands in a loop's body
 */
export function outputTypes(
  node: WorkflowNode,
  calls: CheckContext['calls'],
  functions: CheckContext['functions'],
  inLoop: boolean,
): OutputTypes {
  return withStep(ownTypes(node, calls, functions), node.step, inLoop);
}

/** Those that it has without step options. */
export function ownTypes(
  node: WorkflowNode,
  calls: CheckContext['calls'],
  functions: CheckContext['functions'],
): OutputTypes {
  const called = calls.get(node.id);
  if (called !== undefined) return { output: answerType(called) };
  const returns = functions.get(node.id)?.signature.returns;
  if (returns !== undefined) return { output: schemaOfAnnotation(returns) };
  // Each node's config is that of its type; the type checker cannot follow the two together.
  const definition: NodeDefinition = registry[node.type];
  return definition.values(node.config);
}

/** Whether a value is surely there when the reader runs. */
export function isSurelyThere(
  context: CheckContext,
  node: WorkflowNode,
  handle: string,
  reader: WorkflowNode,
): boolean {
  if (isNotDone(context, node.id, handle, reader.id)) return false;
  const branches = branchesOfValue(context, node, handle);
  const reading = branchOfReader(context, reader.id, branches);
  const isBefore = context.comesBefore(node.id, reader.id) || loopsAround(reading).includes(reader.id);
  return isBefore && isCertainIn(context, reading, branches);
}

/** Whether a value is that of a loop in whose body it is read. */
export function isNotDone(context: CheckContext, node: string, handle: string, reader: string): boolean {
  const body = bodyOf(context.graph, node);
  if (body === undefined || body.inside.includes(handle)) return false;
  return node === reader || loopsAround(context.branches.get(reader) ?? []).includes(node);
}

/** What is known of the values that the expressions of a node read. */
export function scopeOf(context: CheckContext, reader: WorkflowNode): TypeScope {
  return {
    input:
      reader.type === 'httpEndpoint'
        ? servedRequest
        : context.trigger === undefined
          ? unknownSchema
          : inputOf(context.trigger),
    caller: callerSchema(context.trigger),
    output: (id, handle): ExpressionType | undefined => {
      const node = context.graph.nodes.get(id);
      const values = node === undefined ? {} : context.valuesOf(node);
      const schema = Object.hasOwn(values, handle) ? values[handle] : undefined;
      if (node === undefined || schema === undefined) return undefined;
      const certain = isSurelyThere(context, node, handle, reader);
      // Where nothing is connected to a conditional handle, no way stands for it: its value is null when it did not fire.
      const isNullable = isConditional(node, handle) && branchesOfValue(context, node, handle).length === 0;
      return { schema: isNullable ? { anyOf: [schema, { type: 'null' }] } : schema, certain };
    },
    shown: shownOnWayTo(context, reader),
  };
}

/** What conditions on the way to a node have shown of steps that null may stand in for. */
function shownOnWayTo(context: CheckContext, reader: WorkflowNode): ReadonlySet<string> {
  const shown = (context.branches.get(reader.id) ?? []).flatMap((decision) => {
    const node = decision.kind === 'way' ? context.graph.nodes.get(decision.node) : undefined;
    if (decision.kind !== 'way' || node?.type !== 'condition') return [];
    const { single } = node.config.expression;
    return single === undefined ? [] : shownBy(single, decision.way === 0);
  });
  return new Set(
    shown.filter((each) => context.graph.nodes.get(each.split('.')[0] ?? '')?.step?.onError === 'continue'),
  );
}

/** `input.a[0]`: a path as it is written, up to a number of its keys. */
export function writtenPath({ root, segments }: PathExpression, count: number): string {
  const keys = segments.slice(0, count).map(({ key }) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return root === 'local' ? keys.join('').slice(1) : `${root}${keys.join('')}`;
}
