import type { StringShape } from './longText.ts';

/** How tightly an expression binds, after the table in Python's reference ("Operator precedence"). */
export const Binding = {
  starred: 0,
  walrus: 1,
  lambda: 2,
  conditional: 3,
  or: 4,
  and: 5,
  not: 6,
  compare: 7,
  union: 8,
  sum: 9,
  product: 10,
  negative: 11,
  await: 12,
  primary: 13,
} as const;
export type Binding = (typeof Binding)[keyof typeof Binding];

/** Text as the program sees it, or an expression of an f-string. */
export type TextPiece = string | Node;

export interface Operation {
  readonly kind: 'operation';
  readonly binding: (typeof Binding)['or' | 'and' | 'compare' | 'union' | 'sum' | 'product'];
  readonly operands: readonly Node[];
  /** One between every two operands. */
  readonly operators: readonly string[];
}

export type Shape =
  | { readonly kind: 'name'; readonly text: string }
  /** A number without sign; `True`, `False`, `None`, or the bounds of a slice. */
  | { readonly kind: 'number' | 'constant'; readonly text: string }
  | { readonly kind: 'unary'; readonly operator: '-' | 'not '; readonly operand: Node }
  | StringShape
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  /** `bare`: without its own parentheses, as in `dict[str, int]`. */
  | { readonly kind: 'tuple'; readonly items: readonly Node[]; readonly bare: boolean }
  | { readonly kind: 'dict'; readonly entries: readonly Entry[] }
  | { readonly kind: 'call'; readonly callee: Node; readonly args: readonly Argument[] }
  | { readonly kind: 'attribute'; readonly object: Node; readonly name: string }
  | { readonly kind: 'subscript'; readonly object: Node; readonly key: Node }
  | Operation
  | { readonly kind: 'conditional'; readonly test: Node; readonly then: Node; readonly otherwise: Node }
  | { readonly kind: 'await'; readonly value: Node }
  | {
      readonly kind: 'comprehension';
      readonly element: Node;
      readonly target: string;
      readonly iterable: Node;
      readonly condition?: Node;
    }
  | { readonly kind: 'lambda'; readonly parameter?: string; readonly body: Node }
  | { readonly kind: 'starred'; readonly value: Node }
  | { readonly kind: 'walrus'; readonly target: string; readonly value: Node };

/** An expression as it is written: with the parentheses that its place asks for. */
export type Node = Shape & Written;

export interface Written {
  readonly parenthesized: boolean;
  /** The places that the expression (without its parentheses) stands for, outermost first. */
  readonly marks: readonly number[];
}

/** `key` is absent in `**value`. */
export interface Entry {
  readonly key?: Node;
  readonly value: Node;
}

/** `name` is absent in a positional argument. */
export interface Argument {
  readonly name?: string;
  readonly value: Node;
}

export function bindingOf(shape: Shape): Binding {
  switch (shape.kind) {
    case 'operation':
      return shape.binding;
    case 'unary':
      return shape.operator === '-' ? Binding.negative : Binding.not;
    case 'conditional':
      return Binding.conditional;
    case 'await':
      return Binding.await;
    case 'walrus':
      return Binding.walrus;
    case 'lambda':
      return Binding.lambda;
    case 'starred':
      return Binding.starred;
    default:
      return Binding.primary;
  }
}
