import { typeWords } from '../diagnostics/words.ts';
import type { Json, JsonPath } from '../json.ts';
import type { JsonTypeName } from '../jsonSchema.ts';

/** "The workflow", "The config of `answer`", "`maxTokens` of `answer`": what a path leads to, in a reader's words. */
export function describePath(path: JsonPath, root: Json): string {
  if (path.length === 0) return 'The workflow';
  const [list, index, key, ...rest] = path;
  if ((list === 'nodes' || list === 'edges' || list === 'notes') && typeof index === 'number') {
    const owner = nameAt[list](root, index);
    if (key === undefined) return upperFirst(owner);
    if (key !== 'config') return `${written([key, ...rest])} of ${owner}`;
    return rest.length === 0 ? `The config of ${owner}` : `${written(rest)} of ${owner}`;
  }
  return written(path);
}

const nameAt = { nodes: nodeName, edges: edgeName, notes: noteName } as const;

/** `messages[0].content`, in backticks. */
export function written(path: JsonPath): string {
  const text = path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`))
    .join('');
  return `\`${text.length > 80 ? `${text.slice(0, 80)}…` : text}\``;
}

export function describeValue(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' ? `the number ${value}` : String(value);
}

/** "a number or text", from zod's names of types. */
export function describeWanted(types: readonly string[]): string {
  const names: Readonly<Record<string, JsonTypeName>> = { int: 'integer', record: 'object' };
  return types.length === 0 ? 'something else' : typeWords(types.map((type) => names[type] ?? (type as JsonTypeName)));
}

function nodeName(root: Json, index: number): string {
  const id = stringAt(root, 'nodes', index, 'id');
  return id === undefined ? `node ${index + 1}` : `\`${id}\``;
}

function edgeName(root: Json, index: number): string {
  const [source, target] = [stringAt(root, 'edges', index, 'source'), stringAt(root, 'edges', index, 'target')];
  return source === undefined || target === undefined ? `edge ${index + 1}` : `edge \`${source} → ${target}\``;
}

function noteName(root: Json, index: number): string {
  const id = stringAt(root, 'notes', index, 'id');
  return id === undefined ? `note ${index + 1}` : `the note \`${id}\``;
}

function stringAt(root: Json, list: string, index: number, key: string): string | undefined {
  const entry = (root as Record<string, Json[] | undefined>)[list]?.[index];
  const value = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
