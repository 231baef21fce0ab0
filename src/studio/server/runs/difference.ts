/** Where two JSON values differ first, as `messages[0].content`; undefined where they are the same. */
export function firstDifference(one: unknown, other: unknown, path = ''): string | undefined {
  if (one === other) return undefined;
  const place = path === '' ? 'the request' : `\`${path}\``;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return place;
  if (Array.isArray(one) !== Array.isArray(other)) return place;
  const [first, second] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  for (const key of new Set([...first.keys(), ...second.keys()])) {
    const below = Array.isArray(one) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    if (!first.has(key) || !second.has(key)) return `\`${below}\``;
    const found = firstDifference(first.get(key), second.get(key), below);
    if (found !== undefined) return found;
  }
  return undefined;
}
