/** Keys that reach into JavaScript's own objects. */
export const forbiddenKeys: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** The index of the first NUL or half surrogate pair: neither can be in Python's source or in UTF-8. */
export function badCharacterIn(value: string): number | undefined {
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code === 0) return index;
    if (code < 0xd800 || code > 0xdfff) continue;
    const next = value.charCodeAt(index + 1);
    if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return index;
    index += 1;
  }
  return undefined;
}
