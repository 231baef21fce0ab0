import { endpointOf, inputOf, isTrigger } from '../../../../workflow/trigger.ts';
import { bodyOf } from '../../../../workflow/nodes/requestBody.ts';
import { isModelNode, type ModelNode } from '../../../../workflow/modelNodes.ts';
import type { Expression, FilterName, PathExpression, Template } from '../../../../workflow/expressions/syntax.ts';
import { operandsOf } from '../../../../workflow/expressions/walk.ts';
import type { Json, JsonPath } from '../../../../workflow/json.ts';
import { meaningOf, memberOf, unknownSchema, type JsonSchema } from '../../../../workflow/jsonSchema.ts';
import type { NodeOf, WorkflowNode } from '../../../../workflow/types.ts';
import { misfit } from '../../../../workflow/schemaFit.ts';
import { sentFormat } from '../../../../workflow/sentSchema.ts';
import type { Plan } from '../../plan/plan.ts';
import { sampleObject, sampleOf } from '../sample.ts';
import { calledBy, isCalledNode, typeOfResult, type CalledNode } from './calledNodes.ts';
import { decisionMoves } from './waits.ts';
import { canFail } from './failures.ts';
import { loopMoves } from './loopMoves.ts';
import { plainAnswer } from './plainAnswer.ts';
import { validateMoves, validateNodeAt } from './validateMoves.ts';
import { isJsonObject, withAnswer, withFailing, withResult, withValueAt, type Trial } from './trial.ts';

/** One thing that a test could set otherwise; gives undefined where that makes no sense. */
export type Move = (trial: Trial) => Trial | undefined;

/** What could make a node decide otherwise: other values for what a condition reads, a call or a text of a model. */
export function movesOf(plan: Plan, id: string): readonly Move[] {
  const node = plan.checked.graph.nodes.get(id);
  if (node !== undefined && isCalledNode(node) && canFail(node))
    return [true, false].map((fails) => (trial) => failingTogether(plan, trial, node, fails));
  if (isModelNode(node)) {
    return [
      ...(canFail(node) ? [failing(plan, node)] : []),
      ...callsOf(node).map(({ name }) => calling(node, name)),
      (trial) => withAnswer(trial, id, plainAnswer(node, {})),
    ];
  }
  if (node?.type === 'waitForApproval') return decisionMoves(node);
  if (node?.type === 'loop') {
    return loopMoves(node, {
      schemaAt: (path) => schemaOf(plan, path),
      set: (trial, path, value) => settingPath(plan, trial, path, value),
    });
  }
  return decidingReads(node).flatMap(({ path, values }) => {
    const checking = validateNodeAt(plan, path);
    if (checking !== undefined) return validateMoves(checking, (...given) => settingPath(plan, ...given));
    const all = [...values, ...valuesOf(schemaOf(plan, path))];
    const distinct = [...new Map(all.map((value) => [JSON.stringify(value), value])).values()];
    return distinct.map(
      (value): Move =>
        (trial) =>
          settingPath(plan, trial, path, value),
    );
  });
}

/** What decides along which way a node goes on, or whether it goes on. */
function decidingReads(node: WorkflowNode | undefined): readonly Candidates[] {
  if (node?.type === 'switch') return [...caseReads(node)];
  if (node?.type === 'condition') return [...templateReads(node.config.expression)];
  return node?.type === 'repeat' && node.config.until !== undefined ? [...templateReads(node.config.until)] : [];
}

function* templateReads({ single }: Template): Generator<Candidates> {
  if (single !== undefined) yield* readsOf(single);
}

/** What the cases of a switch read, with the values that they compare with. */
function* caseReads({ config: { value, cases } }: NodeOf<'switch'>): Generator<Candidates> {
  const constants = cases.flatMap(({ equals }) => (equals === undefined ? [] : [equals]));
  if (value?.single !== undefined) {
    for (const { path, filters } of pathsUnder(value.single, []))
      yield { path, values: constants.flatMap((constant) => near(constant, filters)) };
  }
  for (const { when } of cases) if (when !== undefined) yield* templateReads(when);
}

/** What a model may be asked to call and the graph answers. */
export function callsOf(node: ModelNode): readonly { name: string; parameters?: JsonSchema | undefined }[] {
  return [...node.config.functions, ...node.config.tools];
}

/** Makes the model of a node call a function, with arguments that fit its parameters. */
export function calling(node: ModelNode, name: string): Move {
  return (trial) => {
    const declared = callsOf(node).find((each) => each.name === name);
    const args = sampleObject(declared?.parameters ?? {}, true);
    return withAnswer(trial, node.id, { kind: 'call', name, arguments: args });
  };
}

interface Candidates {
  readonly path: PathExpression;
  readonly values: readonly (Json | undefined)[];
}

/** The paths that an expression reads, each with the values that could turn it. */
function* readsOf(expression: Expression): Generator<Candidates> {
  switch (expression.kind) {
    case 'literal':
      return;
    case 'path':
      yield { path: expression, values: [true, false, 'text', '', 1, 0, null, undefined] };
      return;
    case 'comparison':
    case 'membership': {
      const sides = [expression.left, expression.right];
      const literals = sides.flatMap((side) => (side.kind === 'list' ? side.items : side)).flatMap(literalIn);
      const compared = literals.length === 0 ? [0, 1, 2, 'a', 'b', true, false] : literals;
      for (const side of sides) {
        for (const { path, filters } of pathsUnder(side, [])) {
          const values = compared.flatMap((literal) => near(literal, filters));
          const inLists = expression.kind === 'membership' && side === expression.right ? values.map(listOfOne) : [];
          yield { path, values: [...values, ...inLists] };
        }
      }
      return;
    }
    default:
      for (const operand of operandsOf(expression)) yield* readsOf(operand);
  }
}

/** The paths below filters, with the names of these. */
function* pathsUnder(
  expression: Expression,
  filters: readonly FilterName[],
): Generator<{ path: PathExpression; filters: readonly FilterName[] }> {
  if (expression.kind === 'path') yield { path: expression, filters };
  if (expression.kind !== 'filter') {
    for (const operand of operandsOf(expression)) yield* pathsUnder(operand, filters);
    return;
  }
  yield* pathsUnder(expression.subject, [...filters, expression.name]);
  for (const argument of expression.args) yield* pathsUnder(argument, filters);
}

function literalIn(expression: Expression): readonly (string | number | boolean | null)[] {
  return expression.kind === 'literal' ? [expression.value] : [];
}

function listOfOne(value: Json | undefined): Json {
  return value === undefined ? [] : [value];
}

/** Values on both sides of a literal, for something that is compared with it behind filters. */
function near(
  literal: string | number | boolean | null,
  filters: readonly FilterName[],
): readonly (Json | undefined)[] {
  const absent = filters.includes('default') ? [undefined] : [];
  switch (typeof literal) {
    case 'number': {
      const numbers = [literal, literal + 1, literal - 1, literal + 0.5, literal - 0.5];
      if (filters.includes('length')) {
        const sizes = numbers.filter((size) => Number.isInteger(size) && size >= 0 && size <= 1000);
        return [...absent, ...sizes.flatMap((size) => [Array.from({ length: size }, () => 'item'), 'x'.repeat(size)])];
      }
      const texts = filters.includes('int') || filters.includes('float') ? numbers.map(String) : [];
      const items = filters.includes('first') || filters.includes('last') ? numbers.map((number) => [number]) : [];
      return [...absent, ...numbers, ...texts, ...items];
    }
    case 'string': {
      const texts = [literal, `${literal}x`, literal.slice(0, -1), `not ${literal}`];
      const items = filters.some((name) => ['first', 'last', 'join'].includes(name)) ? texts.map((text) => [text]) : [];
      return [...absent, ...texts, ...items];
    }
    case 'boolean':
      return [...absent, literal, !literal];
    default:
      return [null, 'text', 1, true, ...absent];
  }
}

/** Values that a schema names itself. */
function valuesOf(given: JsonSchema): readonly Json[] {
  const schema = meaningOf(given);
  const { const: only, enum: choices = [], examples = [], minimum, maximum } = schema;
  return [only, ...choices, ...examples, schema.default, minimum, maximum].filter((value) => value !== undefined);
}

/** What is known of the value at a path that a test can set. */
function schemaOf(plan: Plan, path: PathExpression): JsonSchema {
  const start = settable(plan, path);
  let schema = start?.schema ?? unknownSchema;
  for (const key of start?.keys ?? []) {
    const member = memberOf(schema, key);
    schema = member === undefined || member === 'unknown' ? unknownSchema : member.schema;
  }
  return schema;
}

interface Settable {
  readonly schema: JsonSchema;
  readonly keys: JsonPath;
  set(trial: Trial, value: Json | undefined): Trial | undefined;
}

/** Sets the value at a path; undefined where it cannot be set so, because it follows from others or nobody knows it. */
export function settingPath(
  plan: Plan,
  trial: Trial,
  path: PathExpression,
  value: Json | undefined,
): Trial | undefined {
  return settable(plan, path)?.set(trial, value);
}

/** How the value at a path can be set; undefined when it cannot, because it follows from others or nobody knows it. */
function settable(plan: Plan, path: PathExpression): Settable | undefined {
  const keys = path.segments.map(({ key }) => key);
  if (path.root === 'input') return inputAt(plan, keys);
  if (path.root === 'caller') return undefined;
  const [first, handle, ...rest] = keys;
  if (path.root === 'env') {
    const set = (trial: Trial, value: Json | undefined): Trial | undefined =>
      value === undefined || typeof value === 'string'
        ? { ...trial, env: { ...trial.env, [String(first)]: value } }
        : undefined;
    return { schema: { type: 'string' }, keys: [], set };
  }
  const node = plan.checked.graph.nodes.get(String(first));
  if (isTrigger(node)) return inputAt(plan, rest);
  if (node?.type === 'loop' && handle === 'item') {
    const list = node.config.items.single;
    if (list?.kind !== 'path') return undefined;
    const ofFirst = { key: 0, span: path.span };
    return settable(plan, { ...list, segments: [...list.segments, ofFirst, ...path.segments.slice(2)] });
  }
  if (node !== undefined && isCalledNode(node))
    return { schema: typeOfResult(plan, node), keys: rest, set: setResult(plan, node, rest) };
  return isModelNode(node) ? answerAt(node, String(handle), rest) : undefined;
}

function inputAt(plan: Plan, keys: JsonPath): Settable {
  const inputSchema = inputOf(plan.checked.trigger);
  const isForm = ['form', 'multipart'].includes(bodyOf(endpointOf(plan.checked.trigger)));
  const set = (trial: Trial, value: Json | undefined): Trial | undefined => {
    const input = withValueAt(trial.input, keys, value);
    if (!isJsonObject(input) || misfit(input, inputSchema) !== undefined) return undefined;
    // In a form a list without items is one that was left out.
    if (isForm && Object.values(input).some((each) => Array.isArray(each) && each.length === 0)) return undefined;
    return { ...trial, input };
  };
  return { schema: inputSchema, keys, set };
}

/** Lets a node fail. */
export function failing(plan: Plan, node: WorkflowNode): Move {
  return (trial) =>
    isCalledNode(node)
      ? failingTogether(plan, trial, node, true)
      : isModelNode(node)
        ? withAnswer(trial, node.id, { kind: 'failure' })
        : undefined;
}

/** Where several nodes call the same, all of them fail. */
function failingTogether(plan: Plan, trial: Trial, node: CalledNode, fails: boolean): Trial {
  const same = plan.checked.file.nodes.filter((other) => isCalledNode(other) && calledBy(other) === calledBy(node));
  return withFailing(
    trial,
    same.map(({ id }) => id),
    fails,
  );
}

function setResult(plan: Plan, node: CalledNode, keys: JsonPath): Settable['set'] {
  return (trial, value) => {
    const result = withValueAt(trial.results.get(node.id), keys, value) ?? null;
    if (misfit(result, typeOfResult(plan, node)) !== undefined) return undefined;
    return plan.checked.file.nodes
      .filter((other) => isCalledNode(other) && calledBy(other) === calledBy(node))
      .reduce((changed, other) => withResult(changed, other.id, result), trial);
  };
}

function answerAt(node: ModelNode, handle: string, keys: JsonPath): Settable | undefined {
  const [first, ...rest] = keys;
  if (handle === 'function_call' || first === 'function_call') {
    const inCall = handle === 'function_call' ? keys : rest;
    if (inCall[0] === 'name')
      return {
        schema: { type: 'string' },
        keys: [],
        set: (trial, value) =>
          typeof value === 'string' && callsOf(node).some(({ name }) => name === value)
            ? calling(node, value)(trial)
            : undefined,
      };
    return inCall[0] === 'arguments'
      ? { schema: unknownSchema, keys: inCall.slice(1), set: setArgument(node, inCall.slice(1)) }
      : undefined;
  }
  if (handle !== 'output') return undefined;
  const { responseFormat } = node.config;
  if (first === 'content' && responseFormat === 'text') {
    const set = (trial: Trial, value: Json | undefined): Trial | undefined =>
      typeof value === 'string' && value !== '' ? withAnswer(trial, node.id, { kind: 'text', text: value }) : undefined;
    return { schema: { type: 'string' }, keys: [], set };
  }
  if (first !== 'parsed' || responseFormat === 'text') return undefined;
  const schema = responseFormat === 'json_object' ? { type: 'object' as const } : sentFormat(responseFormat).schema;
  const set = (trial: Trial, value: Json | undefined): Trial | undefined => {
    const told = trial.answers.get(node.id);
    const base = told?.kind === 'json' ? told.value : sampleOf(schema, node.id, true);
    const answer = withValueAt(base, rest, value);
    return answer === undefined || misfit(answer, schema) !== undefined
      ? undefined
      : withAnswer(trial, node.id, { kind: 'json', value: answer });
  };
  return { schema, keys: rest, set };
}

function setArgument(node: ModelNode, keys: JsonPath): Settable['set'] {
  return (trial, value) => {
    const told = trial.answers.get(node.id);
    if (told?.kind !== 'call') return undefined;
    const parameters = callsOf(node).find(({ name }) => name === told.name)?.parameters ?? {};
    const args = withValueAt(told.arguments, keys, value);
    return isJsonObject(args) && misfit(args, parameters) === undefined
      ? withAnswer(trial, node.id, { ...told, arguments: args })
      : undefined;
  };
}
