const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * What is surely wrong with a JMESPath expression, and where in it; undefined where nothing was found, which the service's own
 * parser may still do. Looks at brackets and at literals: `'…'` raw, `` `…` `` JSON, `"…"` a quoted name.
 * https://jmespath.org/specification.html#grammar
 */
export function jmespathProblem(text: string): string | undefined {
  if (text.trim() === '') return 'it is empty';
  const open: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "'" || char === '"' || char === '`') {
      const end = endOfLiteral(text, at);
      if (end === undefined) return `the literal that begins with ${char} at character ${at + 1} has no end`;
      const problem = literalProblem(text.slice(at, end + 1));
      if (problem !== undefined) return `${problem} at character ${at + 1}`;
      at = end;
    } else if (char in closers) {
      open.push(char);
    } else if (char === ')' || char === ']' || char === '}') {
      const opener = open.pop();
      if (opener === undefined || closers[opener] !== char) return `the ${char} at character ${at + 1} closes nothing`;
    }
  }
  const last = open.pop();
  return last === undefined ? undefined : `a ${last} is not closed`;
}

function endOfLiteral(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === text.charAt(start)) return at;
  }
  return undefined;
}

function literalProblem(literal: string): string | undefined {
  if (!literal.startsWith('"')) return undefined;
  try {
    JSON.parse(literal);
    return undefined;
  } catch {
    return 'a name in quotes is no JSON text';
  }
}
