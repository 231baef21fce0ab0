import { isWithin, type Branch, type Decision } from '../../../workflow/graph/branches.ts';
import type { WorkflowNode } from '../../../workflow/types.ts';
import { generatorOf, type NodeScope } from '../NodeCodeGenerator.ts';
import {
  alwaysAnswers,
  variableKey,
  type Block,
  type ForkArm,
  type Plan,
  type Step,
  type Test,
  type Variable,
} from '../plan/plan.ts';
import { variableOfDecision } from '../plan/variables.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Stmt } from '../syntax/tree.ts';
import type { WorkflowNames } from './names.ts';

/** What is needed to write the statements of a workflow. */
export interface BlockWriter {
  readonly plan: Plan;
  readonly names: WorkflowNames;
  scopeOf(node: WorkflowNode): NodeScope;
  /** The variables that the node's expressions read. */
  readsOf(node: string): readonly Variable[];
  /** The statements of a block's steps; those of steps that were written already are kept. */
  written(block: Block, write: (step: Step, next: Step | undefined) => readonly Stmt[]): readonly Stmt[];
}

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
    case 'fork':
      return writeFork(writer, step.arms, declared);
    case 'respond':
      return writeRespond(writer, step, declared);
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

function valueTypeOf(writer: BlockWriter, node: WorkflowNode): Expr | undefined {
  return generatorOf(node.type).valueType(node, writer.scopeOf(node));
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
  const generator = generatorOf(node.type);
  const scope = writer.scopeOf(node);
  const written: Stmt[] = [];
  const value = generator.value(node, scope);
  const result: Variable = { kind: 'value', node: node.id };
  const decides = generator.decision !== undefined && (branch !== undefined || step.assignsWay);
  if (value !== undefined && node.type !== 'httpEndpoint') {
    const needed = isRead(writer, result) || decides;
    if (needed) {
      const annotates = generator.annotates(node) && !declared.has(variableKey(result));
      const annotation = annotates ? generator.valueType(node, scope) : undefined;
      written.push(
        py.assign(nameOf(writer, result), value, {
          node: node.id,
          ...(annotation && { annotation }),
        }),
      );
    } else if (generator.awaits || generator.acts === true) {
      written.push(py.statement(value, { node: node.id }));
    }
  }
  if (step.assignsWay && generator.decision !== undefined) {
    const test = generator.decision.value(node, scope, resultOf(writer, node), true);
    written.push(py.assign(nameOf(writer, { kind: 'way', node: node.id }), test, { node: node.id }));
  }
  return written;
}

function writeBranch(writer: BlockWriter, step: BranchStep, declared: Declared): readonly Stmt[] {
  const node = nodeOf(writer, step.node);
  const { decision } = generatorOf(node.type);
  if (decision === undefined) throw new Error(`A node of type ${node.type} has no ways to choose from`);
  const known = new Set([...declared, ...step.declares.map(variableKey)]);
  const yes = step.ways[decision.whenTrue] ?? [];
  const no = step.ways[1 - decision.whenTrue] ?? [];
  const test = decision.value(node, writer.scopeOf(node), resultOf(writer, node), step.keepsWay);
  const way: Variable = { kind: 'way', node: node.id };
  const written: Stmt[] = step.declares.map((each) => declaration(writer, each));
  let keep = test;
  if (step.keepsWay && yes.length === 0) {
    written.push(py.assign(nameOf(writer, way), test, { node: node.id }));
    keep = nameOf(writer, way);
  } else if (step.keepsWay) {
    keep = py.walrus(writer.names.variable(way), test);
  }
  const yesBody = writeBlock(writer, yes, known);
  const noBody = writeBlock(writer, no, known);
  const options = { node: node.id };
  if (yes.length === 0)
    return [...written, py.when([py.arm(negated(keep), noBody)], undefined, { ...options, isNegated: true })];
  if (no.length === 0) return [...written, py.when([py.arm(keep, yesBody)], undefined, options)];
  if (alwaysAnswers(yes)) return [...written, py.when([py.arm(keep, yesBody)], undefined, options), ...noBody];
  return [...written, py.when([py.arm(keep, yesBody)], noBody, options)];
}

function negated(test: Expr): Expr {
  return test.kind === 'not' ? test.operand : py.not(test);
}

function writeJoin(writer: BlockWriter, step: JoinStep, declared: Declared): readonly Stmt[] {
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

function writeRespond(writer: BlockWriter, step: RespondStep, declared: Declared): readonly Stmt[] {
  const node = nodeOf(writer, step.node);
  const value = generatorOf(node.type).value(node, writer.scopeOf(node));
  const answer = py.returned(value, { node: node.id });
  if (step.test.length === 0) return [answer];
  const tests = step.test.map((decision) => decided(writer, decision));
  const tested = new Set(step.test.map((decision) => variableKey(variableOfDecision(decision))));
  // The decisions already say that these were set; a type checker has to be told.
  for (const read of writer.readsOf(node.id)) {
    const key = variableKey(read);
    if (!declared.has(key) || tested.has(key) || read.kind !== 'value' || isUntyped(writer, read)) continue;
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
  const group = py.call(py.attribute(py.importedModule('asyncio'), 'TaskGroup'));
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
  const value = generatorOf(node.type).value(node, writer.scopeOf(node));
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
  const last = body.at(-1);
  // What the arm gives and has just computed can be returned at once.
  const isLast =
    result?.kind === 'name' &&
    last?.kind === 'assign' &&
    last.target.kind === 'name' &&
    last.target.name === result.name;
  const end = isLast ? py.returned(last.value, last.node === undefined ? {} : { node: last.node }) : undefined;
  before.push(
    py.asyncDef(name, {
      parameters: [],
      returns: types.length > 1 ? py.subscript(py.name('tuple'), py.tuple(types)) : type,
      body:
        result === undefined ? body : end === undefined ? [...body, py.returned(result)] : [...body.slice(0, -1), end],
    }),
  );
  return py.call(py.name(name));
}

function isAlwaysSet(writer: BlockWriter, arm: ForkArm, given: Variable): boolean {
  const { branches } = writer.plan.checked;
  const ofVariable = branches.get(given.node) ?? [];
  const shallowest = arm.body
    .map((step): Branch => (step.kind === 'fork' ? [] : (branches.get(step.node) ?? [])))
    .reduce((a, b) => (b.length < a.length ? b : a), ofVariable);
  return isWithin(shallowest, ofVariable);
}

/** `name: Type | None = None`, before a branch that may or may not set it. */
function declaration(writer: BlockWriter, of: Variable): Stmt {
  const start =
    of.kind === 'runs' || isFlag(writer, of) ? py.literal(false) : isUntyped(writer, of) ? missing : py.literal(null);
  return py.assign(nameOf(writer, of), start, { annotation: typeOf(writer, of, false), node: of.node });
}

const missing = py.imported('app.runtime.expressions', 'MISSING');

function typeOf(writer: BlockWriter, of: Variable, isSet: boolean): Expr {
  const node = nodeOf(writer, of.node);
  if (of.kind === 'runs') return py.name('bool');
  const known = of.kind === 'way' ? generatorOf(node.type).decision?.type : valueTypeOf(writer, node);
  const type = known ?? py.imported('typing', 'Any');
  return isSet || of.kind === 'way' || isUntyped(writer, of) ? type : py.union(type, py.literal(null));
}

function isFlag(writer: BlockWriter, of: Variable): boolean {
  const type = generatorOf(nodeOf(writer, of.node).type).decision?.type;
  return of.kind === 'way' && type?.kind === 'name' && type.name === 'bool';
}

function isUntyped(writer: BlockWriter, of: Variable): boolean {
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
  const value = nameOf(writer, variableOfDecision(decision));
  if (decision.kind === 'join') return value;
  const { decision: chooser } = generatorOf(nodeOf(writer, decision.node).type);
  return decision.way === chooser?.whenTrue ? value : py.not(value);
}
