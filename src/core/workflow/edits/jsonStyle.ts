import type { Node } from 'jsonc-parser';

import type { Json } from '../json.ts';
import { endOf, entriesOf, isObject } from './jsonTree.ts';

/** How a file writes its JSON. */
export interface JsonStyle {
  readonly lineEnd: string;
  /** One level of it. */
  readonly indent: string;
  readonly colon: string;
  /** Between entries of the same line. */
  readonly comma: string;
  /** Inside of the braces of an object in one line. */
  readonly padding: string;
  /** The whole file stands in one line. */
  readonly isOneLine: boolean;
  /** Whether objects and arrays that are short stand in one line. */
  readonly joinsObjects: boolean;
  readonly joinsArrays: boolean;
}

/** Short enough for one line. */
const width = 100;
/** An object of more keys is easier to read line by line. */
const keysInLine = 4;
const depthInLine = 2;
/** Nodes, edges and notes, which have a line for every key often, say nothing of other objects. */
const itemDepth = 2;

export function styleOf(text: string, root: Node): JsonStyle {
  const found = survey(text, root);
  const colon = colonIn(text, root);
  const isOneLine = !/[\r\n]/.test(text.slice(root.offset, endOf(root)));
  const [lineEnd = '\n'] = /\r\n|\n|\r/.exec(text) ?? [];
  return {
    lineEnd,
    indent: indentIn(text, root),
    colon,
    comma: found.comma ?? (colon === ':' ? ',' : ', '),
    padding: found.padding ?? (colon === ':' ? '' : ' '),
    isOneLine: isOneLine && (root.children ?? []).length > 0,
    joinsObjects: found.joined.object || !found.broken.object,
    joinsArrays: found.joined.array || !found.broken.array,
  };
}

interface Survey {
  comma: string | undefined;
  padding: string | undefined;
  readonly joined: Record<'object' | 'array', boolean>;
  readonly broken: Record<'object' | 'array', boolean>;
}

/** Looks for what is written in one line, and what is not although it could be. */
function survey(text: string, root: Node): Survey {
  const found: Survey = {
    comma: undefined,
    padding: undefined,
    joined: { object: false, array: false },
    broken: { object: false, array: false },
  };
  const visit = (node: Node, depth: number): void => {
    const [first, second] = entriesOf(node);
    if ((node.type === 'object' || node.type === 'array') && first !== undefined) {
      const written = text.slice(node.offset, endOf(node));
      if (/[\r\n]/.test(written)) {
        if (depth > itemDepth && fitsInLine(node)) found.broken[node.type] = true;
      } else {
        found.joined[node.type] = true;
        if (node.type === 'object') found.padding ??= blanksOf(text.slice(node.offset + 1, first.start));
        if (second !== undefined) found.comma ??= `,${blanksOf(text.slice(first.end, second.start).replace(',', ''))}`;
      }
    }
    for (const { value } of entriesOf(node)) visit(value, depth + 1);
  };
  visit(root, 0);
  return found;
}

/** Whether a person might have written it in one line: it has no more than a few plain values. */
function fitsInLine(node: Node): boolean {
  const entries = entriesOf(node);
  const length = entries.reduce((sum, { value }) => sum + value.length, 0);
  return entries.length <= 3 && length < 60 && entries.every(({ value }) => (value.children ?? []).length === 0);
}

function blanksOf(text: string): string {
  return /^[ \t]*$/.test(text) ? text : '';
}

function colonIn(text: string, root: Node): string {
  const [key, value] = root.children?.[0]?.children ?? [];
  const between = key === undefined || value === undefined ? ': ' : text.slice(endOf(key), value.offset);
  return /^[ \t]*:[ \t]*$/.test(between) ? between : ': ';
}

function indentIn(text: string, root: Node): string {
  const [first] = entriesOf(root);
  const before = first === undefined ? undefined : indentAt(text, first.start);
  if (before === undefined) return '  ';
  const outer = indentAt(text, root.offset) ?? '';
  return before.startsWith(outer) && before.length > outer.length ? before.slice(outer.length) : '  ';
}

/** The white space before a place, when nothing else stands before it in its line. */
export function indentAt(text: string, offset: number): string | undefined {
  return /(?:^\uFEFF?|[\r\n])([ \t]*)$/.exec(text.slice(lineStart(text, offset), offset))?.[1];
}

/** The white space that the line of a place begins with. */
export function indentOfLine(text: string, offset: number): string {
  return /^[\r\n\uFEFF]*([ \t]*)/.exec(text.slice(lineStart(text, offset), offset))?.[1] ?? '';
}

/** Where the line end before a place stands, or the text begins. */
function lineStart(text: string, offset: number): number {
  let start = offset - 1;
  while (start > 0 && text[start] !== '\n' && text[start] !== '\r') start -= 1;
  return Math.max(0, start);
}

/** How a value is to be written: as is best, in one line, or the outermost object or array in several. */
export type Shape = 'free' | 'joined' | 'broken';

/** JSON as the file would have it. @param indent that of the line in which it begins */
export function printed(value: Json, style: JsonStyle, indent: string, shape: Shape = 'free'): string {
  const isContainer = typeof value === 'object' && value !== null;
  const items = isContainer ? Object.entries(value) : [];
  if (items.length === 0 || style.isOneLine || shape === 'joined') return joined(value, style);
  if (shape === 'free') {
    const line = joined(value, style);
    const may = Array.isArray(value) ? style.joinsArrays : style.joinsObjects;
    if (may && line.length + indent.length <= width && !isLarge(value) && joinsAll(value, style)) return line;
  }
  const inner = indent + style.indent;
  const isList = Array.isArray(value);
  const lines = items.map(([key, item]) => {
    const text = printed(item, style, inner);
    return `${inner}${isList ? '' : `${JSON.stringify(key)}${style.colon}`}${text}`;
  });
  const body = lines.join(`,${style.lineEnd}`);
  return `${isList ? '[' : '{'}${style.lineEnd}${body}${style.lineEnd}${indent}${isList ? ']' : '}'}`;
}

function joined(value: Json, style: JsonStyle): string {
  if (Array.isArray(value)) return `[${value.map((item) => joined(item as Json, style)).join(style.comma)}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}${style.colon}${joined(item, style)}`,
  );
  return entries.length === 0 ? '{}' : `{${style.padding}${entries.join(style.comma)}${style.padding}}`;
}

/** Whether nothing in a value would be broken by itself. */
function joinsAll(value: Json, style: JsonStyle): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const items = Object.values(value) as readonly Json[];
  const may = Array.isArray(value) ? style.joinsArrays : style.joinsObjects;
  return items.length === 0 || (may && items.every((item) => joinsAll(item, style)));
}

function isLarge(value: Json): boolean {
  return depthOf(value) > depthInLine || (isObject(value) && Object.keys(value).length > keysInLine);
}

/** How deep objects lie in each other. */
function depthOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).map((item) => depthOf(item));
  return (Array.isArray(value) ? 0 : 1) + Math.max(0, ...inner);
}
