/** Keys that reach into JavaScript's own objects. */
export const forbiddenKeys: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** The index of the first NUL, other control character (but tab, line feed and carriage return) or half surrogate pair. */
export function badCharacterIn(value: string): number | undefined {
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) || code === 0x7f) return index;
    if (code < 0xd800 || code > 0xdfff) continue;
    const next = value.charCodeAt(index + 1);
    if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return index;
    index += 1;
  }
  return undefined;
}
