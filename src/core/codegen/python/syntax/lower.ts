import { isList, numberLiteral } from './literals.ts';
import { StringShape } from './longText.ts';
import {
  type Argument,
  Binding,
  type Entry,
  type Node,
  type Operation,
  type Shape,
  type Written,
  bindingOf,
} from './nodes.ts';
import type { CompareOperator, DictEntry, Expr } from './tree.ts';
import type { Json } from '../../../workflow/json.ts';

/** Where an expression stands: how tightly it must bind, and how a long text may be split there. */
interface Place {
  readonly binding: Binding;
  readonly split?: 'bare' | 'wrapped';
  readonly bareTuple?: true;
}

const value: Place = { binding: Binding.lambda };
const item: Place = { binding: Binding.starred, split: 'wrapped' };
const keywordValue: Place = { binding: Binding.lambda, split: 'wrapped' };
/** An expression of an f-string: a colon would start a format there. */
const field: Place = { binding: Binding.conditional };
const object: Place = { binding: Binding.primary };

/** The places of whole expressions in statements. */
export const places = {
  /** Right of `=` and `return`. */
  value: { binding: Binding.lambda, split: 'bare' },
  /** After `if` and `elif`. */
  test: { binding: Binding.walrus },
  other: value,
} satisfies Record<string, Place>;

/** Turns the tree that the emitter builds into what is written: literals taken apart, parentheses decided. */
export class Lowering {
  readonly #mark: (expr: Expr & { kind: 'origin' }) => number;
  readonly #use: (name: Expr & { kind: 'name' }) => void;

  /**
   * @param mark gives the number that stands for an `origin`
   * @param use is told of every name that is used
   */
  constructor(mark: (expr: Expr & { kind: 'origin' }) => number, use: (name: Expr & { kind: 'name' }) => void) {
    this.#mark = mark;
    this.#use = use;
  }

  expression(expr: Expr, place: Place): Node {
    if (expr.kind === 'origin') {
      const marks: number[] = [];
      let current: Expr = expr;
      for (; current.kind === 'origin'; current = current.value) marks.push(this.#mark(current));
      return this.#written(this.#shape(current, place), place, marks);
    }
    return this.#written(this.#shape(expr, place), place, noMarks);
  }

  #written(shape: Shape, place: Place, marks: readonly number[]): Node {
    return written(shape, bindingOf(shape) < place.binding, marks);
  }

  #shape(expr: Exclude<Expr, { kind: 'origin' }>, place: Place): Shape {
    switch (expr.kind) {
      case 'name':
        this.#use(expr);
        return { kind: 'name', text: expr.name };
      case 'literal':
        return this.#literal(expr.value, place);
      case 'fstring':
        return this.#string(expr.parts, place);
      case 'list':
        return { kind: 'list', items: expr.items.map((each) => this.expression(each, item)) };
      case 'tuple':
        return {
          kind: 'tuple',
          items: expr.items.map((each) => this.expression(each, place.bareTuple ? keywordValue : item)),
          bare: place.bareTuple === true && expr.items.length > 1,
        };
      case 'dict':
        return { kind: 'dict', entries: expr.entries.map((entry) => this.#entry(entry)) };
      case 'call':
        return { kind: 'call', callee: this.expression(expr.callee, object), args: this.#arguments(expr) };
      case 'attribute':
        return { kind: 'attribute', object: this.#attributed(expr.object), name: expr.name };
      case 'subscript':
        return {
          kind: 'subscript',
          object: this.expression(expr.object, object),
          key: this.expression(expr.key, { binding: Binding.walrus, bareTuple: true }),
        };
      case 'slice':
        return { kind: 'subscript', object: this.expression(expr.object, object), key: bounds(expr) };
      case 'compare':
        return this.#operation(Binding.compare, [expr.left, expr.right], expr.operator);
      case 'arithmetic':
        return this.#arithmetic(expr);
      case 'boolean':
        if (expr.operands.length === 1 && expr.operands[0]) return this.#only(expr.operands[0], place);
        return this.#operation(
          expr.operator === 'or' ? Binding.or : Binding.and,
          nested(expr, 'operands'),
          expr.operator,
        );
      case 'union':
        if (expr.members.length === 1 && expr.members[0]) return this.#only(expr.members[0], place);
        return this.#operation(Binding.union, nested(expr, 'members'), '|');
      case 'not':
        return { kind: 'unary', operator: 'not ', operand: this.expression(expr.operand, { binding: Binding.not }) };
      case 'negative':
        return { kind: 'unary', operator: '-', operand: this.expression(expr.operand, { binding: Binding.negative }) };
      case 'conditional':
        return {
          kind: 'conditional',
          then: this.expression(expr.then, { binding: Binding.or }),
          test: this.expression(expr.test, { binding: Binding.or }),
          otherwise: this.expression(expr.otherwise, value),
        };
      case 'await':
        return { kind: 'await', value: this.expression(expr.value, object) };
      case 'lambda':
        return {
          kind: 'lambda',
          ...(expr.parameter !== undefined && { parameter: expr.parameter }),
          body: this.expression(expr.body, value),
        };
      case 'comprehension':
        return {
          kind: 'comprehension',
          element: this.expression(expr.element, value),
          target: expr.target,
          iterable: this.expression(expr.iterable, { binding: Binding.or }),
          ...(expr.condition && { condition: this.expression(expr.condition, { binding: Binding.or }) }),
        };
      case 'starred':
        return { kind: 'starred', value: this.expression(expr.value, { binding: Binding.union }) };
      case 'walrus':
        return { kind: 'walrus', target: expr.target, value: this.expression(expr.value, value) };
    }
  }

  /** What an attribute is taken of: after a number, the dot would be read as part of it. */
  #attributed(expr: Expr): Node {
    const node = this.expression(expr, object);
    return node.kind === 'number' ? { ...node, parenthesized: true } : node;
  }

  /** The only operand of an operation; its marks would be lost, so an origin there is an error. */
  #only(expr: Expr, place: Place): Shape {
    if (expr.kind === 'origin') throw new Error('An operation of one operand cannot hold an origin');
    return this.#shape(expr, place);
  }

  #literal(json: Json, place: Place): Shape {
    if (json === null) return { kind: 'constant', text: 'None' };
    if (typeof json === 'boolean') return { kind: 'constant', text: json ? 'True' : 'False' };
    if (typeof json === 'number') {
      const text = numberLiteral(json);
      if (!text.startsWith('-')) return { kind: 'number', text };
      return {
        kind: 'unary',
        operator: '-',
        operand: { kind: 'number', text: text.slice(1), parenthesized: false, marks: noMarks },
      };
    }
    if (typeof json === 'string') return this.#string([json], place);
    if (isList(json))
      return { kind: 'list', items: json.map((each) => written(this.#literal(each, item), false, noMarks)) };
    const entries = Object.entries(json).map(([key, each]) => ({
      key: written(this.#string([key], value), false, noMarks),
      value: written(this.#literal(each, keywordValue), false, noMarks),
    }));
    return { kind: 'dict', entries };
  }

  #string(parts: readonly (string | Expr)[], place: Place): Shape {
    const pieces = parts.map((part) => (typeof part === 'string' ? part : this.expression(part, field)));
    return new StringShape(pieces, place.split);
  }

  #entry(entry: DictEntry): Entry {
    if ('spread' in entry) return { value: this.expression(entry.spread, { binding: Binding.union }) };
    return { key: this.expression(entry.key, value), value: this.expression(entry.value, keywordValue) };
  }

  #arguments(expr: Expr & { kind: 'call' }): readonly Argument[] {
    const place: Place = expr.args.length === 1 && expr.keywords.length === 0 ? { ...item, split: 'bare' } : item;
    return [
      ...expr.args.map((each) => ({ value: this.expression(each, place) })),
      ...expr.keywords.map((each) => ({ name: each.name, value: this.expression(each.value, keywordValue) })),
    ];
  }

  /** Operators of one rank go from left to right. */
  #arithmetic({ left, operator, right }: Expr & { kind: 'arithmetic' }): Operation {
    const [binding, above] =
      operator === '+' || operator === '-'
        ? ([Binding.sum, Binding.product] as const)
        : ([Binding.product, Binding.negative] as const);
    const operands = [this.expression(left, { binding }), this.expression(right, { binding: above })];
    return { kind: 'operation', binding, operands, operators: [operator] };
  }

  #operation(
    binding: keyof typeof tighter,
    operands: readonly Expr[],
    operator: CompareOperator | 'and' | 'or' | '|',
  ): Operation {
    if (operands.length === 0) throw new Error(`An operation ${operator} needs operands`);
    const place: Place = { binding: tighter[binding] };
    return {
      kind: 'operation',
      binding,
      operands: operands.map((each) => this.expression(each, place)),
      operators: Array.from({ length: operands.length - 1 }, () => operator),
    };
  }
}

const noMarks: readonly number[] = [];

/** `1:-1`, `::2` */
function bounds({ from, to, step }: Expr & { kind: 'slice' }): Node {
  const [first, last] = [from, to].map((bound) => (bound === undefined ? '' : numberLiteral(bound)));
  const text = `${first}:${last}${step === undefined ? '' : `:${numberLiteral(step)}`}`;
  return { kind: 'constant', text, parenthesized: false, marks: noMarks };
}

/** Completes a shape in place, which is several times faster than a copy. */
function written(
  shape: Shape & { -readonly [Key in keyof Written]?: Written[Key] },
  parenthesized: boolean,
  marks: readonly number[],
): Node {
  shape.parenthesized = parenthesized;
  shape.marks = marks;
  return shape as Node;
}

/** What the operands of an operation must bind like. `and` in `or` gets parentheses for the reader (ruff's RUF021). */
const tighter = {
  [Binding.or]: Binding.not,
  [Binding.and]: Binding.not,
  [Binding.compare]: Binding.union,
  [Binding.union]: Binding.negative,
} as const;

/** The operands, with those of an operand of the same kind and operator in its place: `or` and `|` are associative. */
function nested(expr: Expr & { kind: 'boolean' }, key: 'operands'): readonly Expr[];
function nested(expr: Expr & { kind: 'union' }, key: 'members'): readonly Expr[];
function nested(expr: Expr & { kind: 'boolean' | 'union' }): readonly Expr[] {
  if (expr.kind === 'union')
    return expr.members.flatMap((each) => (each.kind === 'union' ? nested(each, 'members') : [each]));
  return expr.operands.flatMap((each) =>
    each.kind === 'boolean' && each.operator === expr.operator ? nested(each, 'operands') : [each],
  );
}
