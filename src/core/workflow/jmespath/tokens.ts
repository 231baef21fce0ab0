import { JmespathError } from './problem.ts';

export type TokenKind =
  | 'name'
  | 'quotedName'
  | 'literal'
  | 'number'
  | 'end'
  | '.'
  | '*'
  | '['
  | ']'
  | '[]'
  | '[?'
  | '('
  | ')'
  | '{'
  | '}'
  | ','
  | ':'
  | '@'
  | '&'
  | '&&'
  | '|'
  | '||'
  | '!'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>=';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
}

const patterns: readonly (readonly [RegExp, TokenKind | undefined])[] = [
  [/[ \t\r\n]+/y, undefined],
  [/[A-Za-z_][A-Za-z0-9_]*/y, 'name'],
  [/"(?:[^"\\]|\\[^])*"/y, 'quotedName'],
  [/'(?:[^'\\]|\\[^])*'/y, 'literal'],
  [/`(?:[^`\\]|\\[^])*`/y, 'literal'],
  [/-?[0-9]+/y, 'number'],
];
const signs = /\[\]|\[\?|&&|\|\||[=!<>]=|[.*[\](){},:@&|!<>]/y;

/**
 * The tokens of a JMESPath expression, with one for its end. https://jmespath.org/specification.html#grammar
 * @throws JmespathError where there is none
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let start = 0; start < text.length;) {
    const [kind, found] = tokenAt(text, start);
    if (kind !== undefined) tokens.push({ kind, text: found, start });
    start += found.length;
  }
  return [...tokens, { kind: 'end', text: '', start: text.length }];
}

function tokenAt(text: string, start: number): readonly [TokenKind | undefined, string] {
  for (const [pattern, kind] of patterns) {
    const found = matchAt(pattern, text, start);
    if (found === undefined) continue;
    checkQuoted(found, start);
    return [kind, found];
  }
  const sign = matchAt(signs, text, start);
  if (sign !== undefined) return [sign as TokenKind, sign];
  const [char = ''] = text.slice(start);
  const at = { start, end: start + char.length };
  if (`'"\``.includes(char)) throw new JmespathError(`what begins with ${char} has no end`, at);
  throw new JmespathError(`${char} has no meaning here${char === '=' ? '; equality is ==' : ''}`, at);
}

function matchAt(pattern: RegExp, text: string, start: number): string | undefined {
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0];
}

/** What stands in quotes is JSON; between backticks it may also be a text without its quotes. */
function checkQuoted(found: string, start: number): void {
  const inside = found.slice(1, -1).replaceAll('\\`', '`');
  const at = { start, end: start + found.length };
  if (found.startsWith('"') && !isJson(found)) throw new JmespathError('a name in quotes is no JSON text', at);
  if (found.startsWith('`') && !isJson(inside) && !isJson(`"${inside.trimStart()}"`))
    throw new JmespathError('what stands between backticks is no JSON', at);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
