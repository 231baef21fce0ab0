import type { Node } from 'jsonc-parser';

import type { Json } from '../json.ts';
import type { TextEdit } from '../source/range.ts';
import { indentAt, indentOfLine, printed, type JsonStyle, type Shape } from './jsonStyle.ts';
import { endOf, entriesOf, keyOf, type Entry } from './jsonTree.ts';

/** A text, and how it is written. */
export interface StyledText {
  readonly text: string;
  readonly style: JsonStyle;
}

/** Puts items last into an array. */
export function appendItems(
  file: StyledText,
  array: Node,
  items: readonly Json[],
  shape: Shape = 'free',
): readonly TextEdit[] {
  if (items.length === 0) return [];
  const entries = entriesOf(array);
  const last = entries.at(-1);
  if (last === undefined) return [{ ...spanOf(array), text: filledArray(file, array, items, shape) }];
  const separator = separatorIn(file, array);
  const indent = indentAt(file.text, last.start) ?? '';
  const like = shapeLike(file, last, shape);
  const texts = items.map((item) => `${separator}${printed(item, file.style, indent, like)}`);
  return [{ start: last.end, end: last.end, text: texts.join('') }];
}

/** Puts items into an array, behind so many of those that are there. */
export function insertItems(file: StyledText, array: Node, index: number, items: readonly Json[]): readonly TextEdit[] {
  const entries = entriesOf(array);
  const next = entries[index];
  if (next === undefined || items.length === 0) return appendItems(file, array, items);
  const separator = separatorIn(file, array);
  const indent = indentAt(file.text, next.start) ?? '';
  const like = shapeLike(file, next, 'free');
  const texts = items.map((item) => `${printed(item, file.style, indent, like)}${separator}`);
  return [{ start: next.start, end: next.start, text: texts.join('') }];
}

/**
 * Puts a property into an object that does not have it.
 * @param order the keys in the order in which one expects them; others go last
 */
export function addProperty(
  file: StyledText,
  object: Node,
  key: string,
  value: Json,
  { order = [], shape = 'free' }: { readonly order?: readonly string[]; readonly shape?: Shape } = {},
): readonly TextEdit[] {
  const { text, style } = file;
  const entries = entriesOf(object);
  const [first] = entries;
  const property = (indent: string): string =>
    `${JSON.stringify(key)}${style.colon}${printed(value, style, indent, shape)}`;
  if (first === undefined) {
    const outer = indentOfLine(text, object.offset);
    const inner = outer + style.indent;
    const isShort = style.isOneLine || (style.joinsObjects && shape !== 'broken' && isPlain(value));
    const filled = isShort
      ? `{${style.padding}${property(outer)}${style.padding}}`
      : `{${style.lineEnd}${inner}${property(inner)}${style.lineEnd}${outer}}`;
    return [{ ...spanOf(object), text: filled }];
  }
  const separator = separatorIn(file, object);
  const indent = indentAt(text, first.start) ?? indentOfLine(text, first.start);
  const rank = order.indexOf(key);
  const isEarlier = (child: Node): boolean => {
    const other = order.indexOf(keyOf(child) ?? '');
    return rank < 0 || (other >= 0 && other < rank);
  };
  const place = (object.children ?? []).findLastIndex(isEarlier);
  const before = entries[place];
  if (before === undefined) return [{ start: first.start, end: first.start, text: `${property(indent)}${separator}` }];
  return [{ start: before.end, end: before.end, text: `${separator}${property(indent)}` }];
}

/** Removes properties or items, with the commas that belong to them. */
export function removeEntries(container: Node, values: ReadonlySet<Node>): readonly TextEdit[] {
  const entries = entriesOf(container);
  const isGone = (entry: Entry | undefined): boolean => entry !== undefined && values.has(entry.value);
  if (!entries.some(isGone)) return [];
  if (entries.every(isGone)) return [{ ...spanOf(container), text: container.type === 'array' ? '[]' : '{}' }];
  const edits: TextEdit[] = [];
  for (let index = 0; index < entries.length; index += 1) {
    if (!isGone(entries[index])) continue;
    const previous = entries[index - 1];
    const from = entries[index];
    while (isGone(entries[index + 1])) index += 1;
    const [to, next] = [entries[index], entries[index + 1]];
    if (from === undefined || to === undefined) continue;
    if (previous !== undefined) edits.push({ start: previous.end, end: to.end, text: '' });
    else if (next !== undefined) edits.push({ start: from.start, end: next.start, text: '' });
  }
  return edits;
}

/** Puts another value in the place of one, in one line or in several as the one before. */
export function replaceWith(file: StyledText, node: Node, value: Json): TextEdit {
  // To see how a file writes objects and arrays is to look at all of it: what is typed mostly has none.
  if (typeof value !== 'object' || value === null) return { ...spanOf(node), text: JSON.stringify(value) };
  const { text, style } = file;
  const isBroken = /[\r\n]/.test(text.slice(node.offset, endOf(node)));
  const shape = isBroken ? 'broken' : 'free';
  return { ...spanOf(node), text: printed(value, style, indentOfLine(text, node.offset), shape) };
}

function spanOf(node: Node): { readonly start: number; readonly end: number } {
  return { start: node.offset, end: endOf(node) };
}

function filledArray({ text, style }: StyledText, array: Node, items: readonly Json[], shape: Shape): string {
  const outer = indentOfLine(text, array.offset);
  if (style.isOneLine) return printed(items, style, outer);
  if (items.every((item) => typeof item !== 'object' || item === null)) return printed(items, style, outer, 'free');
  const inner = outer + style.indent;
  const lines = items.map((item) => `${inner}${printed(item, style, inner, shape)}`);
  return `[${style.lineEnd}${lines.join(`,${style.lineEnd}`)}${style.lineEnd}${outer}]`;
}

/** A comma, and the white space that stands between two entries of a container which has some. */
function separatorIn({ text, style }: StyledText, container: Node): string {
  const entries = entriesOf(container);
  const [before, last] = entries.slice(-2);
  if (before !== undefined && last !== undefined) {
    const between = text.slice(before.end, last.start);
    if (/^,\s*$/.test(between)) return between;
  }
  const [first] = entries;
  const opening = first === undefined ? '' : text.slice(container.offset + 1, first.start);
  return /^\s*[\r\n]\s*$/.test(opening) ? `,${opening}` : style.comma;
}

/** What stands in one line among others of its kind stays so. */
function shapeLike({ text }: StyledText, sibling: Entry, wanted: Shape): Shape {
  const isContainer = (sibling.value.children ?? []).length > 0;
  if (!isContainer) return wanted;
  return /[\r\n]/.test(text.slice(sibling.start, sibling.end)) ? 'broken' : 'joined';
}

function isPlain(value: Json): boolean {
  return typeof value !== 'object' || value === null;
}
