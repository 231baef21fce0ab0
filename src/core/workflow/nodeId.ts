/** Whether a text can be the id of a node: it stands in expressions, and names variables in the Python code. */
export function isNodeId(id: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(id) && !['constructor', 'prototype'].includes(id);
}
