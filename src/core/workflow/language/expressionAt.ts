import { Scanner, type Token } from '../expressions/scanner.ts';
import { ExpressionParser, type Locals } from '../expressions/expression.ts';
import type { Expression, PathRoot, Span } from '../expressions/syntax.ts';
import { SyntaxFailure } from '../expressions/tokens.ts';

/** A token of an expression, and the path that it ends, if it is part of one. */
export interface PlacedToken {
  readonly token: Exclude<Token, { kind: 'close' } | { kind: 'end' }>;
  readonly path: WrittenPath | undefined;
}

/** A path as far as it is written: `nodes`, `nodes.answer`, `input.items[0]`. */
export interface WrittenPath {
  readonly root: PathRoot;
  readonly keys: readonly (string | number)[];
  /** With the root `local`: the list of whose items its first key is one. */
  readonly over?: Expression | undefined;
  readonly span: Span;
}

/** One `{{ … }}` of a text, whole or half typed. */
export interface WrittenExpression {
  /** From the first brace to behind the last; where it is not closed, to behind what can be read of it. */
  readonly span: Span;
  readonly isClosed: boolean;
  readonly tokens: readonly PlacedToken[];
  /** The variables of the loops that it stands in, its own among them where it begins one, and the lists that they go through. */
  readonly locals: ReadonlyMap<string, Expression>;
}

const roots: readonly Exclude<PathRoot, 'local'>[] = ['input', 'caller', 'env', 'nodes'];

/** Every `{{ … }}` of a text. One that is not closed ends where the next begins. */
export function expressionsIn(text: string): readonly WrittenExpression[] {
  const found: WrittenExpression[] = [];
  const blocks: (readonly [variable: string, list: Expression] | undefined)[] = [];
  for (let open = text.indexOf('{{'); open >= 0;) {
    const expression = expressionFrom(text, open, new Map(localsOf(blocks)));
    const [first] = expression.tokens;
    const word = first?.token.kind === 'name' ? first.token.text : '';
    if (word === 'end') blocks.pop();
    if (word === 'for' || word === 'if')
      blocks.push(word === 'for' ? loopAt(text, expression.span, new Map(localsOf(blocks))) : undefined);
    found.push({ ...expression, locals: new Map(localsOf(blocks)) });
    open = text.indexOf('{{', expression.span.end);
  }
  return found;
}

function localsOf<Local>(blocks: readonly (Local | undefined)[]): readonly Local[] {
  return blocks.filter((block) => block !== undefined);
}

/** The variable and the list of a loop, where it is written whole. */
function loopAt(text: string, { start }: Span, locals: Locals): readonly [string, Expression] | undefined {
  try {
    const { variable, list } = new ExpressionParser(text, start + 2, locals).parseFor();
    return [variable, list];
  } catch (failure) {
    if (failure instanceof SyntaxFailure) return undefined;
    throw failure;
  }
}

/** The expression in which an offset lies, between its braces. */
export function expressionAt(text: string, offset: number): WrittenExpression | undefined {
  return expressionsIn(text).findLast(({ span, isClosed, tokens }) => {
    if (offset < span.start + 2) return false;
    if (isClosed) return offset <= span.end - 2;
    // Behind what is half typed there may stand any text.
    const last = tokens.at(-1)?.token.span.end ?? span.start + 2;
    return offset <= last || /^[ \t]*$/.test(text.slice(last, offset));
  });
}

function expressionFrom(text: string, open: number, locals: Locals): Omit<WrittenExpression, 'locals'> {
  const scanner = new Scanner(text, open + 2);
  const tokens: PlacedToken[] = [];
  for (;;) {
    const before = tokens.at(-1);
    const token = scanner.next(isSymbol(before?.token, '.'));
    if (token.kind === 'close') return { span: { start: open, end: token.span.end }, isClosed: true, tokens };
    const isNext = token.kind === 'invalid' && text.startsWith('{{', token.span.start);
    if (token.kind === 'end' || isNext) {
      const end = Math.max(open + 2, before?.token.span.end ?? 0);
      return { span: { start: open, end }, isClosed: false, tokens };
    }
    tokens.push({ token, path: pathAfter(before, tokens.at(-2), token, locals) });
  }
}

/** The path that a token goes on with or begins. */
function pathAfter(
  before: PlacedToken | undefined,
  earlier: PlacedToken | undefined,
  token: Token,
  locals: Locals,
): WrittenPath | undefined {
  const path = before?.path;
  if (token.kind === 'name' && !isSymbol(before?.token, '.')) {
    const over = locals.get(token.text);
    if (over !== undefined && !isSymbol(before?.token, '|'))
      return { root: 'local', keys: [token.text], over, span: token.span };
    const root = roots.find((name) => name === token.text);
    return root === undefined || isSymbol(before?.token, '|') ? undefined : { root, keys: [], span: token.span };
  }
  if (path === undefined || before === undefined) return undefined;
  const span = { start: path.span.start, end: token.span.end };
  if (isSymbol(token, '.') || isSymbol(token, '[')) return isSymbol(before.token, '.') ? undefined : { ...path, span };
  if (token.kind === 'name') return { ...path, keys: [...path.keys, token.text], span };
  if (isSymbol(before.token, '[')) {
    if (token.kind === 'string') return { ...path, keys: [...path.keys, token.value], span };
    if (token.kind === 'number') return { ...path, keys: [...path.keys, Number(token.text)], span };
  }
  return isSymbol(token, ']') && isSymbol(earlier?.token, '[') ? { ...path, span } : undefined;
}

export function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}
