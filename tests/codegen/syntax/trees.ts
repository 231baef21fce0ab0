import * as py from '../../../src/core/codegen/python/syntax/build.ts';
import type { ArithmeticOperator, CompareOperator, Expr, Stmt } from '../../../src/core/codegen/python/syntax/tree.ts';
import { type Random, hostileText } from './random.ts';

const operators: readonly CompareOperator[] = ['==', '!=', '<', '<=', '>', '>=', 'is', 'is not', 'in', 'not in'];
const arithmetic: readonly ArithmeticOperator[] = ['+', '-', '*', '/', '//', '%'];
const names = [
  'a',
  'order',
  'answer',
  'customer_message',
  'a_rather_long_name_of_a_variable',
  'some_even_longer_name_of_something_in_a_flow',
] as const;
const attributes = ['x', 'output', 'content_of_the_message', 'upper'] as const;

const name = (random: Random): Expr => py.name(random.pick(names));

function someText(random: Random): string {
  if (random.chance(0.2)) return hostileText(random);
  return random
    .times(
      14,
      () => random.pick(['You', 'are', 'helpful.', 'answer:', "it's", 'so\n', '{ok}', 'information', '"quoted"', 'a']),
      1,
    )
    .join(' ');
}

const plainKey = (random: Random): string => random.pick(['id', 'arguments', 'number of the order', 'x#y', '{a}']);

function atom(random: Random): Expr {
  return random.pick<() => Expr>([
    () => name(random),
    () => name(random),
    () => py.literal(someText(random)),
    () => py.literal(random.pick([0, 1, -1, 2.5, -0, 1e21, 1e-7, 123456789, true, false, null])),
    () => py.literal({ type: 'object', [plainKey(random)]: [1, null, someText(random)], more: {} }),
    () => py.list([]),
    () => py.imported('app.runtime.context', random.pick(['Reply', 'answer_text', 'LIMIT'] as const)),
  ])();
}

/** An expression that stands between braces in an f-string. */
function field(random: Random): Expr {
  return random.pick<() => Expr>([
    () => name(random),
    () => py.subscript(name(random), plainKey(random)),
    () => py.attribute(name(random), random.pick(attributes)),
    () => py.conditional(name(random), py.literal('yes'), py.subscript(name(random), 0)),
    () => py.dict([py.entry('a', name(random))]),
    () => py.attribute(py.dict([py.entry('b', name(random))]), 'x'),
    () => py.awaited(py.call(name(random), py.literal('plain'), py.keyword('x', py.literal([1, 2])))),
    () => py.compare(py.literal('a'), '!=', name(random)),
    () => py.walrus('found', name(random)),
    () => py.lambda(name(random)),
  ])();
}

/** A random expression; about `size` levels deep. */
export function expression(random: Random, size: number): Expr {
  if (size <= 0) return atom(random);
  const sub = (): Expr => expression(random, size - 1 - random.below(2));
  const object = (): Expr => (random.chance(0.7) ? chain(random, size - 1) : sub());
  return random.pick<() => Expr>([
    () => atom(random),
    () => py.fstring(random.times(6, (index) => (index % 2 === 0 ? someText(random) : field(random)), 1)),
    () => py.list(random.times(4, () => (random.chance(0.1) ? py.starred(sub()) : sub()))),
    () => py.tuple(random.times(3, sub)),
    () =>
      py.dict(
        random.times(4, () =>
          random.chance(0.2) ? py.spread(sub()) : py.entry(random.chance(0.8) ? plainKey(random) : sub(), sub()),
        ),
      ),
    () => call(random, object(), size),
    () => call(random, object(), size),
    () => py.attribute(object(), random.pick(attributes)),
    () => py.subscript(object(), random.chance(0.5) ? plainKey(random) : sub()),
    () => py.compare(sub(), random.pick(operators), sub()),
    () => py.arithmetic(sub(), random.pick(arithmetic), sub()),
    () => py.negative(sub()),
    () => py.and(...random.times(3, sub, 2)),
    () => py.or(...random.times(3, sub, 2)),
    () => py.not(sub()),
    () => py.union(...random.times(4, sub, 2)),
    () => py.conditional(sub(), sub(), sub()),
    () => py.awaited(random.chance(0.8) ? call(random, object(), size) : sub()),
    () => py.walrus(random.pick(names), sub()),
    () => py.lambda(sub()),
    () => py.lambdaOf('order', sub()),
    () => comprehension(random),
    () => py.slice(object(), random.pick([{ from: 1 }, { to: -1 }, { from: 0, to: 3 }, { step: -1 }])),
    () => py.from({ node: 'n', expression: 'nodes.a.output' }, sub()),
    () => py.from({ node: 'n', expression: 'nodes.a.output' }, sub()),
  ])();
}

/** Without `:=`, which may not stand in most of its parts. */
function comprehension(random: Random): Expr {
  const part = (): Expr => {
    const [one, other] = [chain(random, 2), chain(random, 2)];
    return random.pick([
      one,
      py.arithmetic(one, '*', other),
      py.conditional(one, py.compare(one, '<', other), other),
      py.or(py.and(one, other), py.not(one)),
      py.dict([py.entry('a', one), py.entry('b', other)]),
      py.list([one, other]),
    ]);
  };
  return py.comprehension(part(), 'order', part(), random.chance(0.5) ? part() : undefined);
}

function call(random: Random, callee: Expr, size: number): Expr {
  const args = random.times(3, () =>
    random.chance(0.1) ? py.starred(expression(random, size - 2)) : expression(random, size - 2),
  );
  const keywords = (['node', 'streamed', 'default_value'] as const).filter(() => random.chance(0.3));
  return py.call(callee, ...args, ...keywords.map((each) => py.keyword(each, expression(random, size - 2))));
}

function chain(random: Random, size: number): Expr {
  let link = name(random);
  for (let count = random.below(5); count > 0; count -= 1) {
    link = random.pick<() => Expr>([
      () => py.attribute(link, random.pick(attributes)),
      () => py.attribute(link, random.pick(attributes)),
      () => py.subscript(link, plainKey(random)),
      () => call(random, link, Math.min(size, 2)),
    ])();
  }
  return link;
}

function type(random: Random, size: number): Expr {
  const sub = (): Expr => type(random, size - 1);
  if (size <= 0 || random.chance(0.3)) {
    return random.pick([
      py.name('str'),
      py.name('int'),
      py.imported('typing', 'Any'),
      py.imported('pydantic', 'BaseModel'),
      py.literal(null),
    ]);
  }
  return random.pick<() => Expr>([
    () => py.subscript(py.name('list'), sub()),
    () => py.subscript(py.name('dict'), py.tuple([py.name('str'), sub()])),
    () => py.union(...random.times(3, sub, 2)),
    () =>
      py.subscript(py.imported('typing', 'Literal'), py.tuple(random.times(5, () => py.literal(someText(random)), 1))),
    () =>
      py.subscript(
        py.imported('typing', 'Annotated'),
        py.tuple([sub(), call(random, py.imported('pydantic', 'Field'), 2)]),
      ),
  ])();
}

const target = (random: Random): Expr =>
  random.chance(0.8) ? name(random) : py.subscript(chain(random, 1), plainKey(random));

export function statement(random: Random, size: number): Stmt {
  const value = (): Expr => expression(random, random.below(5));
  const node = random.chance(0.3) ? { node: 'n' } : {};
  const block = (): Stmt[] => random.times(3, () => statement(random, size - 1), 1);
  const simple: readonly (() => Stmt)[] = [
    () => py.assign(target(random), value(), node),
    () => py.assign(target(random), value(), { annotation: type(random, 3), ...node }),
    () => py.declare(name(random), type(random, 3), node),
    () => py.statement(py.awaited(call(random, chain(random, 2), 3)), node),
    () => py.statement(call(random, chain(random, 2), 4), node),
    () => py.returned(value(), node),
    () => py.returned(undefined, node),
    () => py.assertion(value(), random.chance(0.5) ? value() : undefined),
    () => py.pass,
  ];
  const compound: readonly (() => Stmt)[] = [
    () =>
      py.when(
        random.times(3, () => py.arm(value(), block()), 1),
        random.chance(0.5) ? block() : undefined,
        node,
      ),
    () =>
      py.asyncWith(
        random.chance(0.7) ? call(random, chain(random, 2), 3) : context(random),
        random.chance(0.5) ? py.identifier('tasks') : undefined,
        block(),
      ),
    () =>
      py.attempt(
        block(),
        {
          type: py.imported('app.runtime.steps', 'StepFailed'),
          ...(random.chance(0.5) && { as: py.identifier('failed') }),
          body: block(),
        },
        random.chance(0.5) ? block() : undefined,
        node,
      ),
    () => functionOf(random, size),
    () => {
      const targets = [py.identifier('index'), py.identifier('item')].slice(random.below(2));
      const last = random.pick([[], [py.broken(node)], [py.continued(node)], [py.raised(node)]]);
      return py.forEach(targets, call(random, name(random), 3), [...block(), ...last], node);
    },
    () =>
      py.classDef('Model', {
        bases: random.times(2, () => type(random, 1)),
        body: random.times(3, () => statement(random, size - 1)),
        ...docstring(random),
      }),
  ];
  return random.pick(size > 0 && random.chance(0.35) ? compound : simple)();
}

/** Anything but a tuple, which `with` would read as several contexts. */
function context(random: Random): Expr {
  const value = expression(random, random.below(4));
  return value.kind === 'tuple' || value.kind === 'origin' ? name(random) : value;
}

const docstring = (random: Random): { docstring?: string } =>
  random.chance(0.4) ? { docstring: someText(random) } : {};

function functionOf(random: Random, size: number): Stmt {
  return (random.chance(0.5) ? py.def : py.asyncDef)('run', {
    parameters: (['ctx', 'input', 'something_with_a_long_name'] as const)
      .filter(() => random.chance(0.5))
      .map((each) => py.parameter(each, type(random, 2))),
    returns: type(random, 2),
    decorators: random.times(1, () => call(random, py.attribute(py.name('app'), 'post'), 2)),
    body: random.times(4, () => statement(random, size - 1)),
    ...docstring(random),
  });
}

/** A coroutine, so that `await` and `return` are allowed, and what else may stand in a file. */
export function moduleBody(random: Random): Stmt[] {
  return [
    ...random.times(1, () => py.assign(name(random), py.literal({ a: [1, someText(random)] }))),
    py.asyncDef('main', {
      parameters: [],
      returns: py.literal(null),
      body: random.times(8, () => statement(random, 2), 2),
    }),
  ];
}
