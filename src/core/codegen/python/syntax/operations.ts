import type { Element } from './document.ts';
import { type Level, bracketedGroup, bracketedLineOrSpace } from './brackets.ts';
import type { Node } from './nodes.ts';

type Operation = Node & { kind: 'operation' };
type FormatOperand = (out: Element[], operand: Node, level: Level) => void;

/** Operands and the operators between them, nested operations taken apart; marks stay where they were. */
interface Flat {
  readonly operands: Node[];
  readonly operators: string[];
  /** Marks that start before, and that end after, an operand. */
  readonly starts: number[][];
  readonly ends: number[][];
}

/** How loosely an operator binds: lines are broken at the loosest ones first. */
export function looseness(operator: string): number {
  switch (operator) {
    case '*':
    case '/':
    case '//':
    case '%':
      return 0;
    case '+':
    case '-':
      return 1;
    case '|':
      return 2;
    case 'and':
    case 'or':
      return 4;
    default:
      return 3;
  }
}

function flatten(operation: Operation): Flat {
  const flat: Flat = { operands: [], operators: [], starts: [], ends: [] };
  const add = (node: Operation): void => {
    node.operands.forEach((operand, index) => {
      if (index > 0) flat.operators.push(node.operators[index - 1] ?? '');
      if (operand.kind === 'operation' && !operand.parenthesized) {
        const first = flat.operands.length;
        add(operand);
        const last = flat.operands.length - 1;
        flat.starts[first]?.unshift(...operand.marks);
        flat.ends[last]?.push(...operand.marks.toReversed());
      } else {
        flat.operands.push(operand);
        flat.starts.push([]);
        flat.ends.push([]);
      }
    });
  };
  add(operation);
  return flat;
}

/** Lays out `and`, `or`, comparisons, `|` and arithmetic, as ruff's binary_like.rs does. */
export class OperationFormatter {
  readonly #operand: FormatOperand;

  constructor(operand: FormatOperand) {
    this.#operand = operand;
  }

  format(out: Element[], operation: Operation, level: Level): void {
    const flat = flatten(operation);
    bracketedGroup(out, level, (inner) => this.#range(inner, flat, 0, flat.operands.length - 1, level));
  }

  /** The operands from `first` to `last` and what is between them. */
  #range(out: Element[], flat: Flat, first: number, last: number, level: Level): void {
    if (first === last) {
      this.#single(out, flat, first, level);
      return;
    }
    const operators = flat.operators.slice(first, last);
    const loosest = Math.max(...operators.map(looseness));
    let left = first;
    operators.forEach((operator, index) => {
      if (looseness(operator) !== loosest) return;
      this.#side(out, flat, left, first + index, level);
      bracketedLineOrSpace(out, level);
      out.push(`${operator} `);
      left = first + index + 1;
    });
    this.#side(out, flat, left, last, level);
  }

  #side(out: Element[], flat: Flat, first: number, last: number, level: Level): void {
    if (first === last) this.#single(out, flat, first, level);
    else bracketedGroup(out, level, (inner) => this.#range(inner, flat, first, last, level));
  }

  #single(out: Element[], flat: Flat, index: number, level: Level): void {
    const operand = flat.operands[index];
    if (!operand) throw new Error('An operation lacks an operand');
    for (const mark of flat.starts[index] ?? []) out.push({ kind: 'mark', mark });
    this.#operand(out, operand, level);
    for (const mark of flat.ends[index] ?? []) out.push({ kind: 'markEnd', mark });
  }
}
