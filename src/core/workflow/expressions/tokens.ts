import { Scanner, type Punctuation, type Token } from './scanner.ts';
import type { Expression, Span, SyntaxProblem } from './syntax.ts';

/** How deep parts of an expression may lie in each other, and how many keys a path may have. */
export const nestingLimit = 64;
/** Python refuses to read integers with more digits than this. */
const digitLimit = 4300;

/** Ends the reading of one expression; never leaves `parseTemplate`. */
export class SyntaxFailure extends Error {
  readonly problem: SyntaxProblem;

  constructor(problem: SyntaxProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Walks over the tokens of one expression, and says what is wrong with them. */
export class TokenReader {
  readonly #text: string;
  readonly #scanner: Scanner;
  #nesting = 0;
  /** Behind the `{{`. */
  protected readonly start: number;
  /** The token that is looked at. */
  protected token: Token;

  /** @param offset just behind the `{{`. */
  constructor(text: string, offset: number) {
    this.#text = text;
    this.#scanner = new Scanner(text, offset);
    this.start = offset;
    this.token = this.#scanner.next();
  }

  /** Behind the `}}`, when it has been reached. */
  get end(): number {
    return this.token.span.end;
  }

  /** After a failure: reads on to behind the `}}`, or to the end of the text. */
  skipToClose(): number {
    this.#scanner.leaveObjects();
    while (this.token.kind !== 'close' && this.token.kind !== 'end') this.advance();
    return this.end;
  }

  protected isClosed(): boolean {
    return this.token.kind === 'close';
  }

  protected isWord(word: string): boolean {
    return this.token.kind === 'name' && this.token.text === word;
  }

  protected isSymbol(text: Punctuation): boolean {
    return this.token.kind === 'symbol' && this.token.text === text;
  }

  /** @returns the token that was current */
  protected advance(afterDot = false): Token {
    const token = this.token;
    this.token = this.#scanner.next(afterDot);
    return token;
  }

  protected number(text: string, span: Span): number {
    const value = Number(text);
    const isInteger = !text.includes('.') && !text.includes('e') && !text.includes('E');
    if (!Number.isFinite(value) || text.length > digitLimit) {
      this.fail('number', `The number ${shorten(text)} is too large.`, span, 'Write it as text, in quotes.');
    }
    if (isInteger && !Number.isSafeInteger(value)) {
      this.fail(
        'number',
        `The number ${shorten(text)} lies beyond 2^53, where whole numbers stop being exact in JSON.`,
        span,
        'Write it as text, in quotes.',
      );
    }
    return value;
  }

  protected nested(read: () => Expression): Expression {
    this.#nesting += 1;
    if (this.#nesting > nestingLimit) this.tooDeep(this.token.span);
    const expression = read();
    this.#nesting -= 1;
    return expression;
  }

  protected tooDeep(span: Span): never {
    this.fail(
      'size',
      `The expression has more than ${nestingLimit} levels; each bracket, filter and operator of a chain is one.`,
      span,
      'Work the value out in a pythonFunction node.',
    );
  }

  protected unexpected(wanted: string, hint?: string): never {
    const token = this.token;
    if (token.kind === 'invalid') this.fail('syntax', token.message, token.place, token.hint);
    if (token.kind === 'end') {
      const opened = { start: this.start - 2, end: this.start };
      this.fail('syntax', 'This `{{` is not closed.', opened, "Close it with `}}`; a literal `{{` is `{{ '{{' }}`.");
    }
    const found =
      token.kind === 'close'
        ? 'the expression ends'
        : `there is \`${shorten(this.#text.slice(token.span.start, token.span.end))}\``;
    this.fail('syntax', `Expected ${wanted}, but ${found}.`, token.span, hint ?? 'Have a look at the part before it.');
  }

  protected fail(kind: SyntaxProblem['kind'], message: string, span: Span, hint: string, suggestion?: string): never {
    throw new SyntaxFailure({ kind, message, span, hint, suggestion });
  }
}

/** A piece of the text, as messages show it. */
export function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
