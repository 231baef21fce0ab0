import { isWithin, type Branch, type Decision } from '../../../workflow/graph/branches.ts';
import { isTrigger } from '../../../workflow/trigger.ts';
import { isAttempt, waysOf } from '../../../workflow/graph/graph.ts';
import { branchesOfValue, isCertainIn } from '../../../workflow/graph/values.ts';
import { handlesErrors } from '../../../workflow/nodes/handles.ts';
import { registry } from '../../../workflow/nodes/registry.ts';
import type { WorkflowNode } from '../../../workflow/types.ts';
import { unknownSchema } from '../../../workflow/jsonSchema.ts';
import { fallbackFits } from '../../../workflow/nodes/stepOptions.ts';
import { ownTypes } from '../../../workflow/validate/expressionContext.ts';
import { generatorOf, type DecisionTests } from '../NodeCodeGenerator.ts';
import {
  alwaysAnswers,
  variableKey,
  type Block,
  type ForkArm,
  type Step,
  type Test,
  type Variable,
} from '../plan/plan.ts';
import { asDurableStep } from '../durable/durableStep.ts';
import { runtimeOf } from '../durable/modules.ts';
import { variablesOfDecision } from '../plan/variables.ts';
import * as py from '../syntax/build.ts';
import type { Expr, IfArm, Stmt } from '../syntax/tree.ts';
import { returning, type BlockWriter } from './blockWriter.ts';
import { writeLoop, writeRepeat } from './loopNodes.ts';
import { toldRounds } from './rounds.ts';
import { asStep, stepFailed } from './stepCalls.ts';

/** Variables that were set to None before a branch, by key: what they hold is only known where the branch was taken. */
type Declared = ReadonlySet<string>;

/** The statements of a block. Plain control flow: a branch is an `if`, a fork is a task group. */
export function writeBlock(writer: BlockWriter, block: Block, declared: Declared): readonly Stmt[] {
  return writer.written(block, (step, next) => writeStep(writer, step, next, declared));
}

function writeStep(writer: BlockWriter, step: Step, next: Step | undefined, declared: Declared): readonly Stmt[] {
  switch (step.kind) {
    case 'run':
      return writeRun(writer, step, next?.kind === 'branch' && next.node === step.node ? next : undefined, declared);
    case 'branch':
      return writeBranch(writer, step, declared);
    case 'join':
      return writeJoin(writer, step, declared);
    case 'loop':
      return writeLoopStep(writer, step, declared);
    case 'fork':
      return writeFork(writer, step.arms, declared);
    case 'respond':
      return writeRespond(writer, step);
  }
}

function nodeOf(writer: BlockWriter, id: string): WorkflowNode {
  const node = writer.plan.checked.graph.nodes.get(id);
  if (node === undefined) throw new Error(`The plan names a node that does not exist: ${id}`);
  return node;
}

function isRead(writer: BlockWriter, variable: Variable): boolean {
  return writer.plan.reads.has(variableKey(variable));
}

function nameOf(writer: BlockWriter, of: Variable): Expr {
  return py.name(writer.names.variable(of));
}

/** The expression that runs a node, as its step options say. */
function valueOf(writer: BlockWriter, node: WorkflowNode): Expr | undefined {
  const scope = writer.scopeOf(node);
  const written = generatorOf(node.type).value(node, scope);
  const value = written && toldRounds(writer, node, written);
  if (scope.checked.file.durable === true) return value && asDurableStep(value, node, scope);
  return node.step === undefined ? value : value && asStep(value, node, node.step, scope);
}

function valueTypeOf(writer: BlockWriter, node: WorkflowNode): Expr | undefined {
  const type = generatorOf(node.type).valueType(node, writer.scopeOf(node));
  const { step } = node;
  if (type === undefined || step?.onError !== 'continue') return type;
  const { calls, functions } = writer.plan.checked;
  const { output = unknownSchema } = ownTypes(node, calls, functions);
  // What stands in for it may be of any type.
  return fallbackFits(step, output) ? type : py.imported('typing', 'Any');
}

/** The variable that holds a node's value; None at a node that leaves none. */
function resultOf(writer: BlockWriter, node: WorkflowNode): Expr {
  return valueTypeOf(writer, node) === undefined ? py.literal(null) : nameOf(writer, { kind: 'value', node: node.id });
}

type RunStep = Extract<Step, { kind: 'run' }>;
type BranchStep = Extract<Step, { kind: 'branch' }>;
type JoinStep = Extract<Step, { kind: 'join' }>;
type RespondStep = Extract<Step, { kind: 'respond' }>;

function writeRun(
  writer: BlockWriter,
  step: RunStep,
  branch: BranchStep | undefined,
  declared: Declared,
): readonly Stmt[] {
  const node = nodeOf(writer, step.node);
  // What may fail and go on is run where its ways begin.
  if (handlesErrors(node)) return [];
  const scope = writer.scopeOf(node);
  const { decision } = generatorOf(node.type);
  const written = [
    ...writeValue(writer, node, decision !== undefined && (branch !== undefined || step.assignsWay), declared),
  ];
  if (step.assignsWay && decision !== undefined)
    written.push(...writeKept(writer, node, decision.tests(node, scope, resultOf(writer, node), true)));
  return written;
}

/** Runs a node and keeps its value, where somebody reads it. @param decides its ways are chosen by it */
function writeValue(writer: BlockWriter, node: WorkflowNode, decides: boolean, declared: Declared): readonly Stmt[] {
  const generator = generatorOf(node.type);
  const scope = writer.scopeOf(node);
  const value = valueOf(writer, node);
  if (value === undefined || isTrigger(node)) return [];
  const result: Variable = { kind: 'value', node: node.id };
  const of = { node: node.id };
  if (!isRead(writer, result) && !decides) {
    if (!registry[node.type].awaits && generator.acts !== true) return [];
    const run = py.statement(value, of);
    return node.step?.onError === 'continue' ? [suppressing([run])] : [run];
  }
  const { step } = node;
  const mayContinue = step?.onError === 'continue';
  const annotates = (generator.annotates(node) || mayContinue) && !declared.has(variableKey(result));
  const annotation = annotates ? valueTypeOf(writer, node) : undefined;
  const assigned = py.assign(nameOf(writer, result), value, { ...of, ...(annotation && { annotation }) });
  if (!mayContinue) return [assigned];
  const stand = py.assign(nameOf(writer, result), scope.json(step.fallback ?? null), of);
  return [py.attempt([assigned], { type: stepFailed, body: [stand] }, undefined, of)];
}

/** `with suppress(StepFailed):` */
function suppressing(body: readonly Stmt[]): Stmt {
  return py.within(py.call(py.imported('contextlib', 'suppress'), stepFailed), body);
}

/** Keeps which way is taken, where no steps of its own follow. */
function writeKept(writer: BlockWriter, node: WorkflowNode, { before, ways }: DecisionTests): readonly Stmt[] {
  const way = nameOf(writer, { kind: 'way', node: node.id });
  const of = { node: node.id };
  const [only] = ways;
  if (generatorOf(node.type).decision?.whenTrue !== undefined && only !== undefined)
    return [...before, py.assign(way, only.test, of)];
  const arms = ways.map(({ way: taken, test }) => py.arm(test, [py.assign(way, handleOf(writer, node, taken), of)]));
  return [...before, py.when(arms, [py.assign(way, handleOf(writer, node, ways.length), of)], of)];
}

/** The id of the handle at which a way begins. */
function handleOf(writer: BlockWriter, node: WorkflowNode, way: number): Expr {
  const [handle] = waysOf(writer.plan.checked.graph, node.id)?.[way] ?? [];
  if (handle === undefined) throw new Error(`${node.id} has no way ${way}`);
  return py.literal(handle);
}

function writeBranch(writer: BlockWriter, step: BranchStep, declared: Declared): readonly Stmt[] {
  const node = nodeOf(writer, step.node);
  const known = new Set([...declared, ...step.declares.map(variableKey)]);
  const declarations = step.declares.map((each) => declaration(writer, each));
  return [
    ...declarations,
    ...(handlesErrors(node)
      ? writeAttempt(writer, node, step, known)
      : writeWays(writer, node, step.ways, step.keepsWay, known)),
  ];
}

/** Runs a node and goes on along one of its ways, or along the last when it fails. */
function writeAttempt(writer: BlockWriter, node: WorkflowNode, step: BranchStep, known: Declared): readonly Stmt[] {
  const of = { node: node.id };
  const ways = step.ways.slice(0, -1);
  const decides = ways.length > 1 && (step.keepsWay || ways.some((way) => way.length > 0));
  const tried = writeValue(writer, node, decides, known);
  const [only] = ways;
  const after =
    ways.length === 1 && only !== undefined
      ? writeBlock(writer, only, known)
      : decides
        ? writeWays(writer, node, ways, step.keepsWay, known)
        : [];
  const failure = py.identifier('failed');
  const error: Variable = { kind: 'error', node: node.id };
  const kept = isRead(writer, error)
    ? [py.assign(nameOf(writer, error), py.attribute(py.name(failure), 'problem'), of)]
    : [];
  const failed = step.ways.at(-1) ?? [];
  const body = [...kept, ...writeBlock(writer, failed, known)];
  if (body.length === 0 && after.length === 0) return [suppressing(tried)];
  const handler = { type: stepFailed, ...(kept.length > 0 && { as: failure }), body };
  return alwaysAnswers(failed)
    ? [py.attempt(tried, handler, undefined, of), ...after]
    : [py.attempt(tried, handler, after.length > 0 ? after : undefined, of)];
}

/** Goes on along the way for which a node decides. */
function writeWays(
  writer: BlockWriter,
  node: WorkflowNode,
  ways: readonly Block[],
  keepsWay: boolean,
  known: Declared,
): readonly Stmt[] {
  const { decision } = generatorOf(node.type);
  if (decision === undefined) throw new Error(`A node of type ${node.type} has no ways to choose from`);
  const of = { node: node.id };
  const tests = decision.tests(node, writer.scopeOf(node), resultOf(writer, node), keepsWay);
  const way: Variable = { kind: 'way', node: node.id };
  const keepsHandle = keepsWay && decision.whenTrue === undefined;
  const bodyOf = (taken: number): readonly Stmt[] => {
    const body = writeBlock(writer, ways[taken] ?? [], known);
    return keepsHandle ? [py.assign(nameOf(writer, way), handleOf(writer, node, taken), of), ...body] : body;
  };
  const written: Stmt[] = [...tests.before];
  const arms: { readonly taken: number; test: Expr; readonly body: readonly Stmt[] }[] = [];
  for (const { way: taken, test } of tests.ways) {
    const before = arms.at(-1);
    if (before !== undefined && ways[before.taken] === ways[taken]) before.test = py.or(before.test, test);
    else arms.push({ taken, test, body: bodyOf(taken) });
  }
  const [first] = arms;
  if (first !== undefined && keepsWay && !keepsHandle) {
    if (first.body.length === 0) {
      written.push(py.assign(nameOf(writer, way), first.test, of));
      first.test = nameOf(writer, way);
    } else {
      first.test = py.walrus(writer.names.variable(way), first.test);
    }
  }
  const tested = new Set(tests.ways.map(({ way: taken }) => taken));
  const left = ways.findIndex((_, index) => !tested.has(index));
  if (arms.length > 0 && ways[arms.at(-1)?.taken ?? left] === ways[left]) arms.pop();
  let otherwise = bodyOf(left);
  let isNegated = false;
  // Where nothing follows the last test that holds, what is left follows where it does not.
  const last = arms.at(-1);
  if (last !== undefined && last.body.length === 0) {
    arms.pop();
    if (otherwise.length > 0) {
      arms.push({ taken: left, test: negated(last.test), body: otherwise });
      isNegated = arms.length === 1;
      otherwise = [];
    }
  }
  // Nor does anything have to be tested for a way that leads nowhere, when nothing comes behind it.
  while (otherwise.length === 0 && arms.at(-1)?.body.length === 0) arms.pop();
  if (arms.length === 0) return [...written, ...otherwise];
  const options = { ...of, ...(isNegated && { isNegated: true as const }) };
  const asArm = ({ test, body }: (typeof arms)[number]): IfArm => py.arm(test, body.length === 0 ? [py.pass] : body);
  // What ends the run needs no `else` behind it.
  for (let next = arms[0]; next !== undefined && alwaysAnswers(ways[next.taken] ?? []); next = arms[0]) {
    written.push(py.when([asArm(next)], undefined, options));
    arms.shift();
  }
  if (arms.length === 0) return [...written, ...otherwise];
  return [...written, py.when(arms.map(asArm), otherwise.length > 0 ? otherwise : undefined, options)];
}

function negated(test: Expr): Expr {
  return test.kind === 'not' ? test.operand : py.not(test);
}

function writeJoin(writer: BlockWriter, step: JoinStep, declared: Declared): readonly Stmt[] {
  if (step.isDecided) return writeBlock(writer, step.body, declared);
  const known = new Set([...declared, ...step.declares.map(variableKey)]);
  const test = alternatives(writer, step.test);
  const runs: Variable = { kind: 'runs', node: step.node };
  const written = step.declares.map((each) => declaration(writer, each));
  if (step.keepsTest) written.push(py.assign(nameOf(writer, runs), test, { node: step.node }));
  const condition = step.keepsTest ? nameOf(writer, runs) : test;
  return [
    ...written,
    py.when([py.arm(condition, writeBlock(writer, step.body, known))], undefined, { node: step.node }),
  ];
}

function writeLoopStep(
  writer: BlockWriter,
  step: Extract<Step, { kind: 'loop' }>,
  declared: Declared,
): readonly Stmt[] {
  const node = nodeOf(writer, step.node);
  const isDeclared = declared.has(variableKey({ kind: 'value', node: node.id }));
  const body = (): readonly Stmt[] => writeBlock(writer, step.body, declared);
  if (node.type === 'loop') return writeLoop(writer, node, step, isDeclared, body);
  if (node.type === 'repeat') return writeRepeat(writer, node, isDeclared, body());
  throw new Error(`A node of type ${node.type} has no body`);
}

function writeRespond(writer: BlockWriter, step: RespondStep): readonly Stmt[] {
  const node = nodeOf(writer, step.node);
  const value = valueOf(writer, node);
  const answer = py.returned(value, { node: node.id });
  if (step.test.length === 0) return [answer];
  const tests = step.test.map((decision) => decided(writer, decision));
  const { graph, branches } = writer.plan.checked;
  const around = (branches.get(node.id) ?? []).slice(0, -step.test.length);
  const tested = new Set(
    step.test.flatMap((decision) => variablesOfDecision(graph, decision)).map((variable) => variableKey(variable)),
  );
  // The decisions already say that these were set; a type checker has to be told.
  for (const read of writer.readsOf(node.id)) {
    const key = variableKey(read);
    if (tested.has(key) || read.kind !== 'value' || isUntyped(writer, read)) continue;
    if (
      isCertainIn(
        writer.plan.checked,
        around,
        branchesOfValue(writer.plan.checked, nodeOf(writer, read.node), 'output'),
      )
    )
      continue;
    tested.add(key);
    tests.push(py.compare(nameOf(writer, read), 'is not', py.literal(null)));
  }
  return [py.when([py.arm(all(tests), [answer])], undefined, { node: node.id })];
}

function writeFork(writer: BlockWriter, arms: readonly ForkArm[], declared: Declared): readonly Stmt[] {
  const before: Stmt[] = [];
  const inside: Stmt[] = [];
  const after: Stmt[] = [];
  const tasks = py.name('tasks');
  for (const arm of arms) {
    const first = arm.body[0]?.kind === 'fork' ? 'parallel' : (arm.body[0]?.node ?? 'arm');
    const call = singleCall(writer, arm);
    const coroutine = call ?? branchCall(writer, arm, first, before);
    const create = py.call(py.attribute(tasks, 'create_task'), coroutine);
    const [only] = arm.gives;
    if (only === undefined) {
      inside.push(py.statement(create, { node: first }));
      continue;
    }
    const task = py.name(writer.names.derived(arm, first, 'task'));
    inside.push(py.assign(task, create, { node: first }));
    const targets = arm.gives.map((each) => nameOf(writer, each));
    const target = arm.gives.length === 1 ? nameOf(writer, only) : py.tuple(targets);
    // A function of ours says what it gives.
    const annotation = call === undefined ? undefined : annotationOf(writer, only, declared);
    const result = py.call(py.attribute(task, 'result'));
    after.push(py.assign(target, result, { node: first, ...(annotation && { annotation }) }));
  }
  const group = py.call(runtimeOf(writer.plan.checked.file).taskGroup);
  return [...before, py.asyncWith(group, py.identifier('tasks'), inside), ...after];
}

/** The annotation of a value that a task gives, where Python would know less of it. */
function annotationOf(writer: BlockWriter, of: Variable, declared: Declared): Expr | undefined {
  const node = nodeOf(writer, of.node);
  const isKnown = of.kind !== 'value' || declared.has(variableKey(of)) || isUntyped(writer, of);
  return isKnown || !generatorOf(node.type).annotates(node) ? undefined : valueTypeOf(writer, node);
}

/** The coroutine of an arm that is one call, which needs no function around it. */
function singleCall(writer: BlockWriter, arm: ForkArm): Expr | undefined {
  const [step] = arm.body;
  if (arm.body.length !== 1 || step?.kind !== 'run' || step.assignsWay || arm.gives.length > 1) return undefined;
  const node = nodeOf(writer, step.node);
  if (node.step?.onError === 'continue') return undefined;
  const value = valueOf(writer, node);
  return value?.kind === 'await' ? value.value : undefined;
}

/** A function for an arm of several steps, and the call of it. */
function branchCall(writer: BlockWriter, arm: ForkArm, first: string, before: Stmt[]): Expr {
  const name = writer.names.derived(arm, first, 'branch');
  const [only] = arm.gives;
  const values = arm.gives.map((each) => nameOf(writer, each));
  const result = only === undefined ? undefined : arm.gives.length === 1 ? nameOf(writer, only) : py.tuple(values);
  const types = arm.gives.map((each) => typeOf(writer, each, isAlwaysSet(writer, arm, each)));
  const [type = py.literal(null)] = types;
  const body = writeBlock(writer, arm.body, new Set());
  before.push(
    py.asyncDef(name, {
      parameters: [],
      returns: types.length > 1 ? py.subscript(py.name('tuple'), py.tuple(types)) : type,
      body: result === undefined ? body : returning(body, result),
    }),
  );
  return py.call(py.name(name));
}

function isAlwaysSet(writer: BlockWriter, arm: ForkArm, given: Variable): boolean {
  const { branches } = writer.plan.checked;
  if (isAttempt(writer.plan.checked.graph, given.node)) return false;
  const ofVariable = branches.get(given.node) ?? [];
  const shallowest = arm.body
    .map((step): Branch => {
      const around = step.kind === 'fork' ? [] : (branches.get(step.node) ?? []);
      return step.kind === 'join' ? around.slice(0, -1) : around;
    })
    .reduce((a, b) => (b.length < a.length ? b : a), ofVariable);
  return isWithin(shallowest, ofVariable);
}

const problem = py.subscript(py.name('dict'), py.tuple([py.name('str'), py.imported('typing', 'Any')]));

/** `name: Type | None = None`, before a branch that may or may not set it. */
function declaration(writer: BlockWriter, of: Variable): Stmt {
  const start =
    of.kind === 'runs' || isFlag(writer, of) ? py.literal(false) : isUntyped(writer, of) ? missing : py.literal(null);
  return py.assign(nameOf(writer, of), start, { annotation: typeOf(writer, of, false), node: of.node });
}

const missing = py.imported('app.runtime.expressions', 'MISSING');

export function typeOf(writer: BlockWriter, of: Variable, isSet: boolean): Expr {
  const node = nodeOf(writer, of.node);
  if (of.kind === 'runs') return py.name('bool');
  if (of.kind === 'index') return py.name('int');
  if (of.kind === 'error') return isSet ? problem : py.union(problem, py.literal(null));
  const known = of.kind === 'way' ? generatorOf(node.type).decision?.type : valueTypeOf(writer, node);
  const type = known ?? py.imported('typing', 'Any');
  return isSet || of.kind === 'way' || isUntyped(writer, of) ? type : py.union(type, py.literal(null));
}

function isFlag(writer: BlockWriter, of: Variable): boolean {
  const type = generatorOf(nodeOf(writer, of.node).type).decision?.type;
  return of.kind === 'way' && type?.kind === 'name' && type.name === 'bool';
}

export function isUntyped(writer: BlockWriter, of: Variable): boolean {
  const type = valueTypeOf(writer, nodeOf(writer, of.node));
  return of.kind === 'value' && (type === undefined || (type.kind === 'name' && type.name === 'Any'));
}

/** Holds when the node that sets a variable has run. */
export function hasRun(writer: BlockWriter, of: Variable): Expr {
  return py.compare(nameOf(writer, of), 'is not', isUntyped(writer, of) ? missing : py.literal(null));
}

function alternatives(writer: BlockWriter, test: Test): Expr {
  const options = test.map((decisions) => all(decisions.map((decision) => decided(writer, decision))));
  const [only] = options;
  return options.length === 1 && only !== undefined ? only : py.or(...options);
}

function all(tests: readonly Expr[]): Expr {
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : py.and(...tests);
}

function decided(writer: BlockWriter, decision: Decision): Expr {
  return all(variablesOfDecision(writer.plan.checked.graph, decision).map((each) => fallenSo(writer, decision, each)));
}

/** Whether a variable is as a decision leaves it. */
function fallenSo(writer: BlockWriter, decision: Decision, of: Variable): Expr {
  const value = nameOf(writer, of);
  if (decision.kind !== 'way') return value;
  const node = nodeOf(writer, decision.node);
  if (of.kind === 'error') {
    const { length: count } = waysOf(writer.plan.checked.graph, node.id) ?? [];
    return py.compare(value, decision.way === count - 1 ? 'is not' : 'is', py.literal(null));
  }
  const { whenTrue } = generatorOf(node.type).decision ?? {};
  if (whenTrue === undefined) return py.compare(value, '==', handleOf(writer, node, decision.way));
  return decision.way === whenTrue ? value : py.not(value);
}
