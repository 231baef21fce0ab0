import { operatorWords } from '../expressions/scanner.ts';
import { filterNames, functionNames, type Expression, type Span } from '../expressions/syntax.ts';
import { expressionsIn, isSymbol, type PlacedToken } from './expressionAt.ts';

export type HighlightKind = 'brace' | 'root' | 'key' | 'filter' | 'word' | 'string' | 'number' | 'symbol' | 'invalid';

export interface Highlight extends Span {
  readonly kind: HighlightKind;
}

export interface HighlightedExpression extends Span {
  readonly isClosed: boolean;
  readonly tokens: readonly Highlight[];
}

const words: readonly string[] = [...operatorWords, 'for', 'end', 'true', 'false', 'null'];

/** The expressions of a text and what their tokens are. */
export function highlightsOf(text: string): readonly HighlightedExpression[] {
  return expressionsIn(text).map(({ span, isClosed, tokens, locals }) => {
    const inside = tokens.map((placed, index): Highlight => {
      const { start, end } = placed.token.span;
      return { start, end, kind: kindOf(placed, tokens[index - 1], locals) };
    });
    const opening: Highlight = { start: span.start, end: span.start + 2, kind: 'brace' };
    const closing: readonly Highlight[] = isClosed ? [{ start: span.end - 2, end: span.end, kind: 'brace' }] : [];
    return { ...span, isClosed, tokens: [opening, ...inside, ...closing] };
  });
}

function kindOf(
  { token, path }: PlacedToken,
  before: PlacedToken | undefined,
  locals: ReadonlyMap<string, Expression>,
): HighlightKind {
  if (token.kind !== 'name') return token.kind;
  if (isSymbol(before?.token, '|')) return filterNames.some((name) => name === token.text) ? 'filter' : 'invalid';
  if (path !== undefined) return path.keys.length === (path.root === 'local' ? 1 : 0) ? 'root' : 'key';
  if (locals.has(token.text)) return 'root';
  return words.includes(token.text) || isFunction(token.text) ? 'word' : 'invalid';
}

function isFunction(text: string): boolean {
  return functionNames.some((name) => name === text);
}
