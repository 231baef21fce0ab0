/** Constructs that Rust's `regex`, which checks patterns inside Pydantic, does not have. Source: https://docs.rs/regex/#syntax */
const missing: readonly (readonly [text: string, name: string])[] = [
  ['(?=', 'it looks ahead with `(?=`'],
  ['(?!', 'it looks ahead with `(?!`'],
  ['(?<=', 'it looks behind with `(?<=`'],
  ['(?<!', 'it looks behind with `(?<!`'],
];

/** Why a regular expression cannot be used, or undefined. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.length > 1000) return 'it is longer than 1,000 characters';
  for (let index = 0; index < pattern.length; index += 1) {
    if (pattern[index] === '\\') {
      const next = pattern[index + 1] ?? '';
      if ((next >= '1' && next <= '9') || pattern.startsWith('\\k<', index)) return 'it refers back to a group';
      index += 1;
      continue;
    }
    const found = missing.find(([text]) => pattern.startsWith(text, index));
    if (found !== undefined) return found[1];
  }
  try {
    RegExp(pattern);
    return undefined;
  } catch (failure) {
    const words = failure instanceof Error ? (failure.message.split(': ').at(-1) ?? '') : '';
    return `it is no regular expression (${words.charAt(0).toLowerCase()}${words.slice(1)})`;
  }
}
