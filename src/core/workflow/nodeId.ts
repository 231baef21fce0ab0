/** The most characters that an id has. */
const idLimit = 64;

/** Whether a text can be the id of a node: it stands in expressions, and names variables in the Python code. */
export function isNodeId(id: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(id) && !['constructor', 'prototype'].includes(id);
}

/** The id itself, or the first of `id_2`, `id_3` … that is free; it is taken from then on. */
export function takeId(wanted: string, taken: Set<string>): string {
  const stem = wanted.replace(/_\d+$/, '');
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) {
    const ending = `_${number}`;
    id = `${stem.slice(0, idLimit - ending.length)}${ending}`;
  }
  taken.add(id);
  return id;
}

/** A text as an id: "Python Function" is `python_function`. */
export function idFrom(text: string, otherwise: string): string {
  const words = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  const id = words
    .replace(/^[^a-z]+/, '')
    .slice(0, idLimit)
    .replace(/_+$/, '');
  return isNodeId(id) ? id : otherwise;
}
