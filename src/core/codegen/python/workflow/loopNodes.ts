import { tellsRounds } from '../../../workflow/graph/loops.ts';
import type { NodeOf } from '../../../workflow/types.ts';
import { endpointOf } from '../../../workflow/trigger.ts';
import { generatorOf } from '../NodeCodeGenerator.ts';
import { runtimeOf } from '../durable/modules.ts';
import { variableKey, type Step } from '../plan/plan.ts';
import * as py from '../syntax/build.ts';
import type { Constant } from '../syntax/names.ts';
import type { Expr, Identifier, Stmt } from '../syntax/tree.ts';
import { returning, type BlockWriter } from './blockWriter.ts';
import { ctxIn } from './rounds.ts';

type LoopNode = NodeOf<'loop' | 'repeat'>;
type LoopStep = Extract<Step, { kind: 'loop' }>;

/** Writes the statements of a body. */
type WriteBody = () => readonly Stmt[];

const runtime = 'app.runtime.loops';
const error = py.identifier('error');
const anything = py.imported('typing', 'Any');

/** A list is gone through in a plain `for`, or by a function of ours where several items are worked on at once. */
export function writeLoop(
  writer: BlockWriter,
  node: NodeOf<'loop'>,
  step: LoopStep,
  isDeclared: boolean,
  body: WriteBody,
): readonly Stmt[] {
  const isCrowded = node.config.concurrency > 1 && step.awaits;
  return isCrowded ? writeTasks(writer, node, isDeclared, body) : writeFor(writer, node, isDeclared, body());
}

function writeFor(
  writer: BlockWriter,
  node: NodeOf<'loop'>,
  isDeclared: boolean,
  steps: readonly Stmt[],
): readonly Stmt[] {
  const names = new LoopNames(writer, node.id);
  const from = { node: node.id };
  const keeps = names.isRead('value');
  const sends = isSent(writer, node.id);
  const items = itemsOf(writer, node);
  const result = keeps || sends ? writer.scopeOf(node).result() : undefined;
  const isPlain = steps.length === 0 && (result === undefined || result.kind === 'name');
  if (isPlain && !sends) return keeps ? [assigned(writer, node, isDeclared, listOf(items))] : [];
  const isHeld = result === undefined || isPlain || (result.kind === 'name' && node.config.onItemError !== 'collect');
  const held = isHeld ? (result ?? py.literal(null)) : names.result;
  const attempt = isHeld ? steps : [...steps, py.assign(held, result, from)];
  const given = [
    ...(keeps ? [py.statement(py.call(py.attribute(names.value, 'append'), held), from)] : []),
    ...(sends ? [sent(names, node.id, held)] : []),
  ];
  const failed = whenFailed(node, names, result !== undefined);
  const tries = isPlain ? [] : [py.attempt(attempt, { type: exception, as: error, body: failed }, undefined, from)];
  const targets = [names.indexName, names.isRead('item') ? names.itemName : py.identifier('_')];
  const start = keeps ? [assigned(writer, node, isDeclared, py.list([]))] : [];
  return [...start, py.forEach(targets, py.call(py.name('enumerate'), items), [...tries, ...given], from)];
}

/** The same items in a list of its own. */
function listOf(items: Expr): Expr {
  let code = items;
  while (code.kind === 'origin') code = code.value;
  return code.kind === 'list' || code.kind === 'comprehension' ? items : py.call(py.name('list'), items);
}

/** @param isUsed something is made of the results */
function whenFailed(node: NodeOf<'loop'>, names: LoopNames, isUsed: boolean): readonly Stmt[] {
  const from = { node: node.id };
  if (node.config.onItemError === 'fail') return failing(names, node.id);
  if (isUsed && node.config.onItemError === 'collect')
    return [py.assign(names.result, names.survived('failed_item'), from)];
  const skipped = py.statement(names.survived('skip_item'), from);
  return isUsed ? [skipped, py.continued(from)] : [skipped];
}

function writeTasks(writer: BlockWriter, node: NodeOf<'loop'>, isDeclared: boolean, body: WriteBody): readonly Stmt[] {
  const names = new LoopNames(writer, node.id);
  const scope = writer.scopeOf(node);
  const from = { node: node.id };
  const keeps = names.isRead('value');
  const isUsed = keeps || isSent(writer, node.id);
  const { concurrency, onItemError } = node.config;
  const work = writer.names.ofLoop(node.id, 'body');
  const call = py.awaited(
    py.call(
      runtimeOf(scope.checked.file).runItems,
      onItemError === 'fail' ? py.name('ctx') : names.ctx,
      py.literal(node.id),
      itemsOf(writer, node),
      py.name(work),
      py.keyword('concurrency', py.literal(concurrency)),
      ...(onItemError === 'fail' ? [] : [py.keyword('on_error', py.literal(onItemError))]),
      ...(isSent(writer, node.id) ? [] : [py.keyword('sends', py.literal(false))]),
    ),
  );
  return [
    py.asyncDef(work, {
      parameters: [
        py.parameter(names.indexName, py.name('int')),
        py.parameter(names.itemName, scope.itemType(node.config.items)),
      ],
      returns: isUsed ? scope.resultType() : py.literal(null),
      body: isUsed ? returning(body(), scope.result(), node.id) : body(),
      node: node.id,
    }),
    keeps ? assigned(writer, node, isDeclared, call) : py.statement(call, from),
  ];
}

/** A value is carried from round to round. */
export function writeRepeat(
  writer: BlockWriter,
  node: NodeOf<'repeat'>,
  isDeclared: boolean,
  steps: readonly Stmt[],
): readonly Stmt[] {
  const names = new LoopNames(writer, node.id);
  const scope = writer.scopeOf(node);
  const from = { node: node.id };
  const { initial, until, maxRounds } = node.config;
  const done = until === undefined ? undefined : py.name(writer.names.ofLoop(node.id, 'done'));
  const isPlain = steps.length === 0 && done === undefined;
  const keeps = names.isRead('value');
  const sends = isSent(writer, node.id);
  const carries = keeps || sends || names.isRead('item');
  const attempt = [
    ...steps,
    ...(until === undefined || done === undefined ? [] : [py.assign(done, scope.test(until, true), from)]),
    ...(carries ? [py.assign(names.item, scope.result(), from)] : []),
  ];
  const after = [
    ...(sends ? [sent(names, node.id, names.item)] : []),
    ...(done === undefined ? [] : [py.when([py.arm(done, [py.broken(from)])], undefined, from)]),
  ];
  const rounds =
    maxRounds === undefined
      ? py.call(py.imported('itertools', 'count'))
      : py.call(py.name('range'), py.literal(maxRounds));
  const body = isPlain
    ? after
    : [py.attempt(attempt, { type: exception, as: error, body: failing(names, node.id) }, undefined, from), ...after];
  return [
    ...(carries ? [py.assign(names.item, scope.json(initial), { ...from, annotation: anything })] : []),
    ...(body.length === 0 ? [] : [py.forEach([names.indexName], rounds, body, from)]),
    ...(keeps ? [assigned(writer, node, isDeclared, names.item)] : []),
  ];
}

const exception = py.name('Exception');

/** What a loop is about in each round, and what it leaves. */
class LoopNames {
  readonly itemName: Identifier;
  readonly indexName: Identifier;
  readonly item: Expr;
  readonly index: Expr;
  /** What all rounds gave. */
  readonly value: Expr;
  readonly #writer: BlockWriter;
  readonly #node: string;

  constructor(writer: BlockWriter, node: string) {
    this.#writer = writer;
    this.#node = node;
    this.itemName = writer.names.variable({ kind: 'item', node });
    this.indexName = writer.names.variable({ kind: 'index', node });
    this.item = py.name(this.itemName);
    this.index = py.name(this.indexName);
    this.value = py.name(writer.names.variable({ kind: 'value', node }));
  }

  /** What one round gave. */
  get result(): Expr {
    return py.name(this.#writer.names.ofLoop(this.#node, 'result'));
  }

  /** The run, which knows the rounds of the loops around. */
  get ctx(): Expr {
    return ctxIn(this.#writer, this.#node);
  }

  /** Notes that a round failed after which the loop goes on. */
  survived<const S extends string>(helper: Constant<S>): Expr {
    return py.call(py.imported(runtime, helper), this.ctx, py.name(error), py.literal(this.#node), this.index);
  }

  isRead(kind: 'value' | 'item' | 'index'): boolean {
    return this.#writer.plan.reads.has(variableKey({ kind, node: this.#node }));
  }
}

/** Ends the run with what a round failed with. */
function failing({ index }: LoopNames, node: string): readonly Stmt[] {
  const noted = py.call(py.imported('app.runtime.loops', 'note_item'), py.name(error), py.literal(node), index);
  return [py.statement(noted, { node }), py.raised({ node })];
}

/** Tells a caller who listens of the result of a round. */
function sent({ index }: LoopNames, node: string, value: Expr): Stmt {
  const call = py.call(py.imported(runtime, 'send_item'), py.name('ctx'), py.literal(node), index, value);
  return py.statement(py.awaited(call), { node });
}

function isSent({ plan: { checked } }: BlockWriter, node: string): boolean {
  return tellsRounds(endpointOf(checked.trigger).stream, checked.branches.get(node) ?? []);
}

function assigned(writer: BlockWriter, node: LoopNode, isDeclared: boolean, value: Expr): Stmt {
  const { names } = writer;
  const annotation = isDeclared ? undefined : generatorOf(node.type).valueType(node, writer.scopeOf(node));
  return py.assign(py.name(names.variable({ kind: 'value', node: node.id })), value, {
    node: node.id,
    ...(annotation && { annotation }),
  });
}

/** The list that is gone through, looked at as far as its type does not say that it is one, and short enough. */
function itemsOf(writer: BlockWriter, node: NodeOf<'loop'>): Expr {
  const { maxItems } = node.config;
  const { code, isList, mostItems } = writer.scopeOf(node).items(node.config.items);
  const most =
    maxItems === undefined || (mostItems !== undefined && mostItems <= maxItems) ? [] : [py.literal(maxItems)];
  if (!isList) return py.call(py.imported(runtime, 'as_items'), code, py.literal(node.id), ...most);
  const [limit] = most;
  return limit === undefined ? code : py.call(py.imported(runtime, 'at_most'), limit, code, py.literal(node.id));
}
