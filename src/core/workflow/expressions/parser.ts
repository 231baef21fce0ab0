import { ExpressionParser } from './expression.ts';
import { SyntaxFailure } from './tokens.ts';
import { Template, type SyntaxProblem, type TemplatePart } from './syntax.ts';

const literalHint =
  "Where `{{` is meant as text, as in JSON, write `{{ '{{' }}` for it; a `}}` outside of expressions is text already.";

/** Whether JSON, or what people write for it, goes on behind two opening braces: a key and a colon, or a bracket. */
function isJson(text: string, start: number): boolean {
  const json = /^(?:[[{]|\s*(?:"[^"]*"|'[^']*'|[\w$-]+)\s*:)/;
  return json.test(text.slice(start, start + 200));
}

/**
 * Reads a config string with `{{ … }}` in it. Never throws: what is wrong is in the template's `problems`, at most one
 * for every `{{ … }}`. `}}` inside a quoted text does not end an expression, and a literal `{{` is `{{ '{{' }}`.
 *
 * Quoted texts are as in JSON, in either kind of quotes; see {@link Scanner} for their escapes.
 */
export function parseTemplate(text: string): Template {
  const parts: TemplatePart[] = [];
  const problems: SyntaxProblem[] = [];
  let offset = 0;
  while (offset < text.length) {
    const open = text.indexOf('{{', offset);
    if (open !== offset) parts.push({ kind: 'text', text: text.slice(offset, open < 0 ? text.length : open) });
    if (open < 0) break;
    const parser = new ExpressionParser(text, open + 2);
    try {
      const expression = parser.parse();
      offset = parser.end;
      parts.push({
        kind: 'expression',
        expression,
        source: text.slice(open, offset),
        span: { start: open, end: offset },
      });
    } catch (failure) {
      if (!(failure instanceof SyntaxFailure)) throw failure;
      problems.push(isJson(text, open + 2) ? { ...failure.problem, hint: literalHint } : failure.problem);
      offset = parser.skipToClose();
    }
  }
  return new Template(text, parts, problems);
}
