/**
 * Words that cannot be names: `keyword.kwlist` of CPython 3.11 to 3.14, and the one constant that is no keyword and still
 * cannot be assigned to. Sources: https://docs.python.org/3/reference/lexical_analysis.html#keywords,
 * https://docs.python.org/3/library/constants.html#debug__
 */
export const pythonKeywords: ReadonlySet<string> = new Set(
  (
    '__debug__ False None True and as assert async await break class continue def del elif else except finally for from global if import ' +
    'in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** Whether a text is a Python identifier, in ASCII, and no keyword. */
export function isPythonName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name.length <= 200 && !pythonKeywords.has(name);
}
