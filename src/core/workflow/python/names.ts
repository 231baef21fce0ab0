/** Words that cannot be names. Source: https://docs.python.org/3/reference/lexical_analysis.html#keywords */
const keywords: ReadonlySet<string> = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if import ' +
    'in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** Whether a text is a Python identifier, in ASCII, and no keyword. */
export function isPythonName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name.length <= 200 && !keywords.has(name);
}
