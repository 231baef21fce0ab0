import { suggest } from '../suggest.ts';
import { jmespathFunctions } from './functions.ts';
import { JmespathError } from './problem.ts';
import { tokensOf, type Token, type TokenKind } from './tokens.ts';

/** What is wrong with a JMESPath expression; undefined where a service can read it. */
export function jmespathProblem(text: string): JmespathError | undefined {
  try {
    new Recognizer(tokensOf(text)).whole();
    return undefined;
  } catch (error) {
    if (error instanceof JmespathError) return error;
    throw error;
  }
}

/**
 * How strongly what follows a value binds to it; nothing else may follow one. The order of operators is that of the
 * specification, the numbers are those of its parsers.
 */
const powers: Partial<Record<TokenKind, number>> = {
  '|': 1,
  '||': 2,
  '&&': 3,
  '==': 5,
  '!=': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '[]': 9,
  '[?': 21,
  '.': 40,
  '[': 55,
  '(': 60,
  '*': 20,
  '!': 45,
  '{': 50,
};
const operators: ReadonlySet<TokenKind> = new Set(['|', '||', '&&', '==', '!=', '<', '<=', '>', '>=']);
/** What binds less ends what is done for each item. */
const endOfProjection = 10;
/** Far less than the depth at which Python gives up. */
const mostDepth = 60;

/** What of a value matters to what follows it: a name may be called, and a slice of what an index leads to is no projection. */
type Left = Token | 'index' | undefined;

/** Reads an expression and keeps nothing of it. */
class Recognizer {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): void {
    if (this.#token().kind === 'end') throw this.#problem('it is empty');
    this.#expression(0);
    if (this.#token().kind !== 'end') throw this.#unexpected();
  }

  #token(): Token {
    return this.#after(0);
  }

  #after(count: number): Token {
    const token = this.#tokens[Math.min(this.#at + count, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('The last token is the end');
    return token;
  }

  #next(): Token {
    const token = this.#token();
    this.#at += 1;
    return token;
  }

  #accept(...kinds: readonly TokenKind[]): boolean {
    const isOne = kinds.includes(this.#token().kind);
    if (isOne) this.#at += 1;
    return isOne;
  }

  #expect(kind: TokenKind): void {
    if (!this.#accept(kind)) throw this.#unexpected(`a ${kind}`);
  }

  #expression(power: number): void {
    this.#depth += 1;
    if (this.#depth > mostDepth) throw this.#problem('it is nested too deeply');
    let left = this.#value();
    while (power < this.#power()) left = this.#further(left);
    this.#depth -= 1;
  }

  #power(): number {
    return powers[this.#token().kind] ?? 0;
  }

  #value(): Left {
    const token = this.#next();
    switch (token.kind) {
      case 'name':
        return token;
      case 'quotedName':
      case 'literal':
      case '@':
        return undefined;
      case '*':
        if (this.#token().kind !== ']') this.#projected(20);
        return undefined;
      case '[?':
        this.#filter();
        return undefined;
      case '[]':
        this.#projected(9);
        return undefined;
      case '{':
        this.#hash();
        return undefined;
      case '[':
        return this.#indexOrList();
      case '(':
        this.#expression(0);
        this.#expect(')');
        return undefined;
      case '!':
        this.#expression(45);
        return undefined;
      case '&':
        this.#expression(0);
        return undefined;
      default:
        this.#at -= 1;
        throw this.#unexpected('a value');
    }
  }

  #further(left: Left): Left {
    const token = this.#next();
    if (operators.has(token.kind)) {
      this.#expression(powers[token.kind] ?? 0);
      return undefined;
    }
    switch (token.kind) {
      case '.':
        if (this.#accept('*')) this.#projected(40);
        else this.#member(40);
        return undefined;
      case '[?':
        this.#filter();
        return undefined;
      case '[]':
        this.#projected(9);
        return undefined;
      case '[': {
        const index = this.#index(left === 'index');
        if (index === undefined) throw this.#unexpected('a number, a colon or a *');
        return index.left;
      }
      case '(':
        this.#call(left);
        return undefined;
      default:
        this.#at -= 1;
        throw this.#unexpected();
    }
  }

  #indexOrList(): Left {
    const index = this.#index(false);
    if (index === undefined) this.#list();
    return index?.left;
  }

  /** `[0]`, `[1:2]` or `[*]`, behind its bracket; undefined where it is none of them. */
  #index(ofIndex: boolean): { readonly left: Left } | undefined {
    if (this.#token().kind === '*' && this.#after(1).kind === ']') {
      this.#at += 2;
      this.#projected(20);
      return { left: undefined };
    }
    if (this.#token().kind !== 'number' && this.#token().kind !== ':') return undefined;
    if (this.#token().kind === 'number' && this.#after(1).kind !== ':') {
      this.#next();
      this.#expect(']');
      return { left: 'index' };
    }
    for (let colons = 0; this.#token().kind !== ']';) {
      if (this.#accept(':')) colons += 1;
      else if (!this.#accept('number')) throw this.#unexpected('a number or a colon');
      if (colons > 2) throw this.#problem('a slice has two colons at most', this.#after(-1));
      if (colons === 2 && Number(this.#after(-1).text) === 0)
        throw this.#problem('the step of a slice cannot be 0', this.#after(-1));
    }
    this.#expect(']');
    if (ofIndex) return { left: 'index' };
    this.#projected(20);
    return { left: undefined };
  }

  #filter(): void {
    this.#expression(0);
    this.#expect(']');
    if (this.#token().kind !== '[]') this.#projected(21);
  }

  /** What is done with each item. */
  #projected(power: number): void {
    if (this.#power() < endOfProjection) return;
    if (this.#token().kind === '[' || this.#token().kind === '[?') this.#expression(power);
    else if (this.#accept('.')) this.#member(power);
    else throw this.#unexpected();
  }

  /** What stands behind a dot. */
  #member(power: number): void {
    if (this.#token().kind === 'name' || this.#token().kind === 'quotedName' || this.#token().kind === '*')
      this.#expression(power);
    else if (this.#accept('[')) this.#list();
    else if (this.#accept('{')) this.#hash();
    else throw this.#unexpected('a name');
  }

  #list(): void {
    do this.#expression(0);
    while (this.#accept(','));
    this.#expect(']');
  }

  #hash(): void {
    do {
      if (!this.#accept('name', 'quotedName')) throw this.#unexpected('a name');
      this.#expect(':');
      this.#expression(0);
    } while (this.#accept(','));
    this.#expect('}');
  }

  #call(name: Left): void {
    if (name === undefined || name === 'index') throw this.#problem('only a name can be called', this.#after(-1));
    let count = 0;
    if (!this.#accept(')')) {
      do {
        this.#expression(0);
        count += 1;
      } while (this.#accept(','));
      this.#expect(')');
    }
    const known = jmespathFunctions.get(name.text);
    if (known === undefined) {
      const suggestion = suggest(name.text, jmespathFunctions.keys());
      throw this.#problem(`there is no function ${name.text}`, name, suggestion);
    }
    if (count < known.least || count > known.most) {
      const wanted = known.most === known.least ? String(known.least) : `${known.least} or more`;
      throw this.#problem(`${name.text} takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${count}`, name);
    }
  }

  #unexpected(wanted?: string): JmespathError {
    const { kind, text } = this.#token();
    const found = kind === 'end' ? 'it ends' : `${text} stands`;
    return this.#problem(wanted === undefined ? `${text} cannot stand here` : `${found} where ${wanted} belongs`);
  }

  #problem(message: string, { start, text }: Token = this.#token(), suggestion?: string): JmespathError {
    return new JmespathError(message, { start, end: start + text.length }, suggestion);
  }
}
