import { ExpressionParser } from './expression.ts';
import { Blocks } from './blocks.ts';
import { SyntaxFailure } from './tokens.ts';
import { Template, type Span, type SyntaxProblem } from './syntax.ts';

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
 *
 * Blocks repeat a text for each item of a list, or choose between texts:
 *
 *     {{ for item in list }} … {{ end }}
 *     {{ if test }} … {{ else if test }} … {{ else }} … {{ end }}
 *
 * One of these words that stands alone in its line takes the line with it; all other white space is kept.
 */
export function parseTemplate(text: string): Template {
  const blocks = new Blocks();
  const problems: SyntaxProblem[] = [];
  let offset = 0;
  while (offset < text.length) {
    const open = text.indexOf('{{', offset);
    if (open < 0) {
      blocks.add({ kind: 'text', text: text.slice(offset) });
      break;
    }
    const parser = new ExpressionParser(text, open + 2, blocks.locals);
    const word = parser.blockWord;
    try {
      if (word === undefined) {
        addText(blocks, text, offset, open);
        const expression = parser.parse();
        offset = parser.end;
        const span = { start: open, end: offset };
        blocks.add({ kind: 'expression', expression, source: text.slice(open, offset), span });
      } else {
        const apply = readBlockWord(parser, word);
        const span = { start: open, end: parser.end };
        const line = loneLine(text, span, offset) ?? span;
        addText(blocks, text, offset, line.start);
        offset = line.end;
        apply(blocks, span, text);
      }
    } catch (failure) {
      if (!(failure instanceof SyntaxFailure)) throw failure;
      problems.push(isJson(text, open + 2) ? { ...failure.problem, hint: literalHint } : failure.problem);
      offset = parser.skipToClose();
      // Of what lies in a loop that cannot be read nothing can be said, as it reads the loop's variable.
      if (word === 'for' || (word === 'if' && blocks.isFull)) return new Template(text, blocks.parts, problems);
      if (word === 'if')
        blocks.openIf({ kind: 'literal', value: true, span: failure.problem.span }, { start: open, end: offset });
    }
  }
  for (const span of blocks.unclosed)
    problems.push({ kind: 'syntax', message: 'This block is not closed.', span, hint: 'Close it with `{{ end }}`.' });
  return new Template(text, blocks.parts, problems);
}

function addText(blocks: Blocks, text: string, start: number, end: number): void {
  if (end > start) blocks.add({ kind: 'text', text: text.slice(start, end) });
}

type Apply = (blocks: Blocks, span: Span, text: string) => void;

/** Reads the word and what belongs to it; what is given makes the block of it. @throws SyntaxFailure */
function readBlockWord(parser: ExpressionParser, word: NonNullable<ExpressionParser['blockWord']>): Apply {
  switch (word) {
    case 'for': {
      const { variable, list } = parser.parseFor();
      return (blocks, span) => blocks.openFor(variable, list, span);
    }
    case 'if': {
      const test = parser.parseIf();
      return (blocks, span) => blocks.openIf(test, span);
    }
    case 'else': {
      const test = parser.parseElse();
      return (blocks, span) => blocks.goOn(test, span);
    }
    case 'end':
      parser.parseEnd();
      return (blocks, span, text) => blocks.close(span, text);
  }
}

/** The line in which nothing else stands, its end included. @param from what is read already */
function loneLine(text: string, { start: open, end: close }: Span, from: number): Span | undefined {
  let start = open;
  while (start > from && isBlank(text[start - 1])) start -= 1;
  let end = close;
  while (isBlank(text[end])) end += 1;
  const isAtStart = start === 0 || text[start - 1] === '\n';
  if (!isAtStart) return undefined;
  if (text.startsWith('\r\n', end)) return { start, end: end + 2 };
  if (text[end] === '\n') return { start, end: end + 1 };
  return end === text.length ? { start, end } : undefined;
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
