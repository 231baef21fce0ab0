import type { Locals } from './expression.ts';
import { SyntaxFailure } from './tokens.ts';
import type { Expression, Span, TemplatePart } from './syntax.ts';

/** Python nests no more than some hundred brackets. */
const deepest = 16;
const mostBranches = 60;

interface Branch {
  /** Undefined behind `else`. */
  readonly test: Expression | undefined;
  readonly parts: TemplatePart[];
}

type Block =
  | {
      readonly kind: 'for';
      readonly variable: string;
      readonly list: Expression;
      readonly opening: Span;
      readonly parts: TemplatePart[];
    }
  | { readonly kind: 'if'; readonly opening: Span; readonly branches: Branch[] };

/**
 * The blocks of a template while it is read: what stands between `{{ for … }}` or `{{ if … }}` and its `{{ end }}` becomes one
 * expression that gives text.
 */
export class Blocks {
  readonly #outermost: TemplatePart[] = [];
  readonly #open: Block[] = [];

  /** All that was read, with the blocks that are closed. */
  get parts(): readonly TemplatePart[] {
    return this.#outermost;
  }

  /** Of the loops that are open. */
  get locals(): Locals {
    return new Map(this.#open.flatMap((block) => (block.kind === 'for' ? [[block.variable, block.list]] : [])));
  }

  /** Where the blocks begin that are not closed. */
  get unclosed(): readonly Span[] {
    return this.#open.map(({ opening }) => opening);
  }

  /** Whether no block can be opened in the innermost one. */
  get isFull(): boolean {
    return this.#open.length >= deepest;
  }

  add(part: TemplatePart): void {
    const block = this.#open.at(-1);
    const parts =
      block === undefined ? this.#outermost : block.kind === 'for' ? block.parts : block.branches.at(-1)?.parts;
    parts?.push(part);
  }

  openFor(variable: string, list: Expression, opening: Span): void {
    this.#push({ kind: 'for', variable, list, opening, parts: [] });
  }

  openIf(test: Expression, opening: Span): void {
    this.#push({ kind: 'if', opening, branches: [{ test, parts: [] }] });
  }

  /** @throws SyntaxFailure where no `if` is open, or it has an `else` already */
  goOn(test: Expression | undefined, span: Span): void {
    const block = this.#open.at(-1);
    if (block?.kind !== 'if')
      fail('There is no `{{ if … }}` to which this `else` belongs.', span, 'Remove it, or write the `if`.');
    if (block.branches.at(-1)?.test === undefined)
      fail('This `if` has an `else` already.', span, 'Behind it, only `{{ end }}` can follow.');
    if (block.branches.length >= mostBranches)
      fail(
        `This \`if\` has more than ${mostBranches} ways.`,
        span,
        "Look the text up: `{'a': 'one', 'b': 'two'}` in a pythonFunction node.",
      );
    block.branches.push({ test, parts: [] });
  }

  /** @throws SyntaxFailure where no block is open */
  close(span: Span, text: string): void {
    const block = this.#open.pop();
    if (block === undefined)
      fail('There is no block that this `end` closes.', span, 'Remove it, or write the `for` or `if`.');
    const whole = { start: block.opening.start, end: span.end };
    const expression = block.kind === 'for' ? loopOf(block, whole) : choiceOf(block.branches, whole);
    this.add({ kind: 'expression', expression, source: text.slice(whole.start, whole.end), span: whole });
  }

  #push(block: Block): void {
    if (this.isFull)
      fail(
        `Blocks are nested more than ${deepest} levels deep.`,
        block.opening,
        'Write the text in a pythonFunction node.',
      );
    this.#open.push(block);
  }
}

function fail(message: string, span: Span, hint: string): never {
  throw new SyntaxFailure({ kind: 'syntax', message, span, hint });
}

function loopOf({ variable, list, parts }: Block & { kind: 'for' }, span: Span): Expression {
  return { kind: 'each', variable, list, body: textOf(parts, span), span };
}

function choiceOf(branches: readonly Branch[], span: Span): Expression {
  const [first, ...others] = branches;
  if (first === undefined) return textOf([], span);
  const then = textOf(first.parts, span);
  if (first.test === undefined) return then;
  return { kind: 'conditional', test: first.test, then, otherwise: choiceOf(others, span), isBlock: true, span };
}

/** Parts as one expression that gives their text. */
function textOf(parts: readonly TemplatePart[], span: Span): Expression {
  const texts = parts.map((part) => (part.kind === 'text' ? part.text : undefined));
  if (texts.every((text) => text !== undefined)) return { kind: 'literal', value: texts.join(''), isText: true, span };
  const expressions = parts.map((part): Expression =>
    part.kind === 'text' ? { kind: 'literal', value: part.text, isText: true, span } : part.expression,
  );
  return { kind: 'concatenation', parts: expressions, span };
}
