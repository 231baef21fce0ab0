import { needsParentheses, type Parent } from './chains.ts';
import type { Mark } from './document.ts';
import { type Quote, chooseQuote, escapeText, stringLiteral } from './literals.ts';
import type { Argument, Entry, Node, TextPiece } from './nodes.ts';

/**
 * A line in which nothing is broken. Most lines of a module fit, and then this is all there is to do: the document that
 * says how a line could be broken is built only where one must be.
 */
export class FlatLine {
  readonly #pieces: (string | Mark)[] = [];
  #text = '';
  #room: number;

  /** @param room the columns there are; what is written beyond them is not complete */
  constructor(room: number) {
    this.#room = room;
  }

  get fits(): boolean {
    return this.#room >= 0;
  }

  /** The text and the marks in it. */
  get pieces(): readonly (string | Mark)[] {
    if (this.#text !== '') this.#pieces.push(this.#text);
    this.#text = '';
    return this.#pieces;
  }

  text(text: string): this {
    this.#text += text;
    this.#room -= text.length;
    return this;
  }

  startMarks({ marks }: Node): void {
    for (const mark of marks) this.#mark({ kind: 'mark', mark });
  }

  endMarks({ marks }: Node): void {
    for (const mark of marks.toReversed()) this.#mark({ kind: 'markEnd', mark });
  }

  #mark(mark: Mark): void {
    if (this.#text !== '') this.#pieces.push(this.#text);
    this.#text = '';
    this.#pieces.push(mark);
  }

  /** The expression with the parentheses that it must have. */
  expression(node: Node): void {
    if (!node.parenthesized) this.#bare(node);
    else {
      this.text('(');
      this.#bare(node);
      this.text(')');
    }
  }

  /** The expression, in parentheses where what is around it asks for them. */
  within(node: Node, parent: Parent): void {
    const isParenthesized = needsParentheses(node, parent) === 'always';
    if (isParenthesized) this.text('(');
    this.#bare(node);
    if (isParenthesized) this.text(')');
  }

  entry({ key, value }: Entry): void {
    if (key === undefined) this.text('**');
    else {
      this.expression(key);
      this.text(': ');
    }
    this.expression(value);
  }

  #bare(node: Node): void {
    if (!this.fits) return;
    if (node.marks.length === 0) {
      this.#shape(node);
      return;
    }
    this.startMarks(node);
    this.#shape(node);
    this.endMarks(node);
  }

  #shape(node: Node): void {
    switch (node.kind) {
      case 'name':
      case 'number':
      case 'constant':
        this.text(node.text);
        return;
      case 'string':
        this.literal(node.pieces);
        return;
      case 'list':
        this.#joined('[', node.items, ']', (item) => this.expression(item));
        return;
      case 'tuple': {
        const [left, right] = node.bare ? ['', ''] : ['(', node.items.length === 1 ? ',)' : ')'];
        this.#joined(left, node.items, right, (item) => this.expression(item));
        return;
      }
      case 'dict':
        this.#joined('{', node.entries, '}', (entry) => this.entry(entry));
        return;
      case 'call':
        this.expression(node.callee);
        this.#joined('(', node.args, ')', (argument) => this.#argument(argument));
        return;
      case 'attribute':
        this.expression(node.object);
        this.text(`.${node.name}`);
        return;
      case 'subscript':
        this.expression(node.object);
        this.text('[');
        this.expression(node.key);
        this.text(']');
        return;
      case 'operation':
        node.operands.forEach((operand, index) => {
          if (index > 0) this.text(` ${node.operators[index - 1]} `);
          this.expression(operand);
        });
        return;
      case 'unary':
        this.text(node.operator);
        this.expression(node.operand);
        return;
      case 'conditional':
        this.expression(node.then);
        this.text(' if ');
        this.expression(node.test);
        this.text(' else ');
        this.expression(node.otherwise);
        return;
      case 'await':
        this.text('await ');
        this.within(node.value, 'await');
        return;
      case 'starred':
        this.text('*');
        this.expression(node.value);
        return;
      case 'walrus':
        this.text(`${node.target} := `);
        this.expression(node.value);
        return;
      case 'comprehension':
        this.text('[');
        this.expression(node.element);
        this.text(` for ${node.target} in `);
        this.expression(node.iterable);
        if (node.condition) {
          this.text(' if ');
          this.expression(node.condition);
        }
        this.text(']');
        return;
      case 'lambda':
        this.text(node.parameter === undefined ? 'lambda: ' : `lambda ${node.parameter}: `);
        this.within(node.body, 'statement');
    }
  }

  #joined<T>(left: string, items: readonly T[], right: string, write: (item: T) => void): void {
    this.text(left);
    let isFirst = true;
    for (const item of items) {
      if (!this.fits) return;
      if (!isFirst) this.text(', ');
      isFirst = false;
      write(item);
    }
    this.text(right);
  }

  #argument({ name, value }: Argument): void {
    if (name !== undefined) this.text(`${name}=`);
    this.expression(value);
  }

  /** One string literal. */
  literal(pieces: readonly TextPiece[]): void {
    const [only] = pieces;
    if (pieces.length === 1 && typeof only === 'string') {
      // A literal is longer than its text.
      this.text(only.length > this.#room ? only : stringLiteral(only));
      return;
    }
    const isFormatted = pieces.some((piece) => typeof piece !== 'string');
    // Quotes in the expressions of an f-string do not count.
    const quote = chooseQuote(pieces.filter((piece) => typeof piece === 'string'));
    this.text(isFormatted ? `f${quote}` : quote);
    for (const piece of pieces) {
      if (typeof piece !== 'string') this.#field(piece, quote);
      else {
        const escaped = escapeText(piece, quote);
        this.text(isFormatted ? escaped.replaceAll(/[{}]/g, '$&$&') : escaped);
      }
    }
    this.text(quote);
  }

  /**
   * An expression between braces. Python 3.11 ends the string at its own quote even there, so strings inside take the
   * other one (PEP 701 came with 3.12).
   */
  #field(expression: Node, quote: Quote): void {
    const line = new FlatLine(Infinity);
    line.expression(expression);
    const { pieces } = line;
    const text = pieces.filter((piece) => typeof piece === 'string').join('');
    if (/[\\']/.test(text)) throw new Error(`Python 3.11 cannot hold this expression in an f-string: ${text}`);
    const inner = quote === '"' ? "'" : '"';
    const space = text.startsWith('{') ? ' ' : '';
    this.text(`{${space}`);
    for (const piece of pieces) {
      if (typeof piece === 'string') this.text(piece.replaceAll('"', inner));
      else this.#mark(piece);
    }
    this.text(`${space}}`);
  }
}

/** A string literal and the marks in it. */
export function literalPieces(pieces: readonly TextPiece[]): readonly (string | Mark)[] {
  const line = new FlatLine(Infinity);
  line.literal(pieces);
  return line.pieces;
}
