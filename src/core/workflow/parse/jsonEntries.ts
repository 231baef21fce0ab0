import type { Node } from 'jsonc-parser';

import type { Reporter } from '../diagnostics/report.ts';
import type { JsonPath } from '../json.ts';
import { offsetsInJsonString } from '../source/jsonString.ts';
import { badCharacterIn, forbiddenKeys } from './characters.ts';

/** Reports keys that are there twice or are not allowed, characters that cannot be carried, and numbers that would change. */
export function reportEntries(reporter: Reporter, node: Node, path: JsonPath): void {
  if (node.type === 'object') reportObject(reporter, node, path);
  else if (node.type === 'array')
    for (const [index, item] of (node.children ?? []).entries()) reportEntries(reporter, item, [...path, index]);
  else if (node.type === 'string') reportString(reporter, node, path);
  else if (node.type === 'number') reportNumber(reporter, node, path);
}

function reportObject(reporter: Reporter, node: Node, path: JsonPath): void {
  const firsts = new Map<string, Node>();
  for (const { children } of node.children ?? []) {
    const [key, value] = children ?? [];
    if (key === undefined) continue;
    const name = key.value as string;
    const inside = [...path, name];
    const range = reporter.source.range(key.offset, key.offset + key.length);
    const first = firsts.get(name);
    if (first !== undefined) {
      const { line } = reporter.source.range(first.offset, first.offset);
      reporter.report('duplicate-key', { key: name, line }, { path: inside, at: { range } });
    }
    firsts.set(name, key);
    if (forbiddenKeys.includes(name)) reporter.report('forbidden-key', { key: name }, { path: inside, at: { range } });
    reportString(reporter, key, inside);
    if (value !== undefined) reportEntries(reporter, value, inside);
  }
}

function reportString(reporter: Reporter, node: Node, path: JsonPath): void {
  const index = badCharacterIn(node.value as string);
  if (index === undefined) return;
  const offsets = offsetsInJsonString(reporter.source.text.slice(node.offset, node.offset + node.length));
  const [start, end] = [node.offset + (offsets[index] ?? 0), node.offset + (offsets[index + 1] ?? 0)];
  const fix = { title: 'Remove the character', edits: [{ start, end, text: '' }] };
  const name = nameOfCharacter((node.value as string).charCodeAt(index));
  reporter.report(
    'invalid-character',
    { name },
    { path, at: { range: reporter.source.range(start, end) } },
    { fixes: [fix] },
  );
}

function nameOfCharacter(code: number): string {
  if (code === 0) return 'a NUL character (U+0000)';
  const written = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return code >= 0xd800 ? `half of a surrogate pair (${written})` : `the control character ${written}`;
}

function reportNumber(reporter: Reporter, node: Node, path: JsonPath): void {
  const written = reporter.source.text.slice(node.offset, node.offset + node.length);
  const value = Number(written);
  const isInteger = !written.includes('.') && !written.includes('e') && !written.includes('E');
  // Beyond 2^53 not every whole number has a double of its own; BigInt tells whether this one has.
  const changes =
    !Number.isFinite(value) || (isInteger && !Number.isSafeInteger(value) && BigInt(written) !== BigInt(value));
  if (!changes) return;
  const read = Number.isFinite(value) ? BigInt(value).toString() : 'infinite';
  const fix = isInteger
    ? { title: 'Write it as text', edits: [reporter.source.replaceValue(path, `"${written}"`)] }
    : undefined;
  reporter.report(
    'inexact-number',
    { written, read },
    { path, at: { range: reporter.source.range(node.offset, node.offset + node.length) } },
    { fixes: [fix] },
  );
}
