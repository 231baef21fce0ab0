/** Longer patterns are no longer read by anybody. */
const longest = 4000;

/** Escapes of a letter that Python knows; a letter that needs no escape is an error there. */
const pythonEscapes = /^\\(?:[AbBdDsSwWZafnrtv]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^A-Za-z])/;

/**
 * Why a regular expression cannot be used, or undefined.
 * @param isTold it is only told to a model, which may make of it what it can; otherwise it becomes one of Python's
 */
export function patternProblem(pattern: string, isTold: boolean): string | undefined {
  if (isTold) return syntaxProblem(pattern, '') === undefined ? undefined : syntaxProblem(pattern, 'u');
  if (pattern.length > longest) return `it is longer than ${longest.toLocaleString('en')} characters`;
  for (let index = 0; index < pattern.length; index += 1) {
    const rest = pattern.slice(index, index + 6);
    const problem = pythonProblem(rest);
    if (problem !== undefined) return problem;
    if (rest.startsWith('\\')) index += 1;
  }
  return syntaxProblem(pattern, '');
}

/** What Python does not have, or takes for something else, at the start of a text. Source: https://docs.python.org/3/library/re.html */
function pythonProblem(rest: string): string | undefined {
  if (/^\\(?:[1-9]|k<)/.test(rest)) return 'it refers back to a group';
  if (/^\\[pP]\{/.test(rest)) return `Python has no \`${rest.slice(0, 2)}{…}\`; write the characters out`;
  if (rest.startsWith('\\') && !pythonEscapes.test(rest)) return `Python has no \`${rest.slice(0, 2)}\` there`;
  if (/^\(\?<[=!]/.test(rest)) return `it looks behind with \`${rest.slice(0, 4)}\``;
  if (rest.startsWith('(?<')) return 'it names a group with `(?<`; a group needs no name here';
  return /^\[\^?\]/.test(rest) ? 'Python has no empty set of characters; write `[\\s\\S]` for any' : undefined;
}

function syntaxProblem(pattern: string, flags: string): string | undefined {
  try {
    RegExp(pattern, flags);
    return undefined;
  } catch (failure) {
    const words = failure instanceof Error ? (failure.message.split(': ').at(-1) ?? '') : '';
    return `it is no regular expression (${words.charAt(0).toLowerCase()}${words.slice(1)})`;
  }
}
