import { findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';

import type { Places } from '../enabledPart.ts';
import type { Span } from '../expressions/syntax.ts';
import type { JsonPath } from '../json.ts';
import type { TextChange } from './change.ts';
import { offsetsInJsonString } from './jsonString.ts';
import { Lines } from './lines.ts';
import type { NodeSpans } from './nodeSpans.ts';
import type { Range, TextEdit } from './range.ts';

/**
 * The text of a workflow file, and where in it each value stands.
 * The positions are worked out when they are first asked for: a file without findings never pays for them.
 */
export class SourceDocument {
  readonly text: string;
  /** Where each node of the workflow stands, if that is known: what lies in one is then looked for there. */
  readonly nodeSpans: NodeSpans | undefined;
  #tree: Node | undefined;
  readonly #nodeTrees = new Map<number, Node | undefined>();
  #lines: Lines | undefined;
  readonly #offsets = new Map<Node, readonly number[]>();
  readonly #places: Places | undefined;

  /** @param places where nodes and edges stand in the text, when paths count only some of them */
  constructor(text: string, nodeSpans?: NodeSpans, lines?: Lines, places?: Places) {
    this.text = text;
    this.nodeSpans = nodeSpans;
    this.#lines = lines;
    this.#places = places;
  }

  /** The document after a change of its text. Its lines are not counted again where they are known. */
  after(change: TextChange, text: string, nodeSpans: NodeSpans): SourceDocument {
    return new SourceDocument(text, nodeSpans, this.#lines?.after(change, text), this.#places);
  }

  /** The path by which the text has what a path leads to that counts only some of the nodes and edges. */
  pathInText(path: JsonPath): JsonPath {
    const [list, index, ...inside] = path;
    if (this.#places === undefined || (list !== 'nodes' && list !== 'edges') || typeof index !== 'number') return path;
    return [list, this.#places[list][index] ?? index, ...inside];
  }

  get lines(): Lines {
    this.#lines ??= new Lines(this.text);
    return this.#lines;
  }

  range(start: number, end: number): Range {
    return this.lines.range(start, end);
  }

  /** Where a value stands, or the nearest value around it when the file has none there (a default, a missing key). */
  value(path: JsonPath): Range {
    const node = this.#nearest(path);
    return node === undefined ? this.range(0, 0) : this.range(node.offset, node.offset + node.length);
  }

  /** Where the key of a value stands; the value itself for an item of an array. */
  key(path: JsonPath): Range {
    const node = this.#find(path);
    const property = node?.parent;
    const key = property?.type === 'property' ? property.children?.[0] : undefined;
    return key === undefined ? this.value(path) : this.range(key.offset, key.offset + key.length);
  }

  has(path: JsonPath): boolean {
    return this.#find(path) !== undefined;
  }

  /** The place of a part of a string's value, however it is escaped; the whole value when it is no string. */
  within(path: JsonPath, span: Span): Range {
    const node = this.#find(path);
    if (node?.type !== 'string') return this.value(path);
    let offsets = this.#offsets.get(node);
    if (offsets === undefined) {
      offsets = offsetsInJsonString(this.text.slice(node.offset, node.offset + node.length));
      this.#offsets.set(node, offsets);
    }
    const at = (index: number): number => node.offset + (offsets[Math.min(index, offsets.length - 1)] ?? 0);
    return this.range(at(span.start), at(span.end));
  }

  /** The edit that puts another JSON text in the place of a value. */
  replaceValue(path: JsonPath, json: string): TextEdit {
    const { start, end } = this.value(path);
    return { start, end, text: json };
  }

  /** The edit that puts other characters in the place of a part of a string's value. */
  replaceWithin(path: JsonPath, span: Span, text: string): TextEdit {
    const { start, end } = this.within(path, span);
    return { start, end, text: JSON.stringify(text).slice(1, -1) };
  }

  renameKey(path: JsonPath, key: string): TextEdit {
    const { start, end } = this.key(path);
    return { start, end, text: JSON.stringify(key) };
  }

  /** The edit that removes a property or an item, with the comma that belongs to it. */
  remove(path: JsonPath): TextEdit | undefined {
    const value = this.#find(path);
    const entry = value?.parent?.type === 'property' ? value.parent : value;
    const siblings = entry?.parent?.children;
    if (entry === undefined || siblings === undefined) return undefined;
    const index = siblings.indexOf(entry);
    const [previous, next] = [siblings[index - 1], siblings[index + 1]];
    const end = entry.offset + entry.length;
    if (previous !== undefined) return { start: previous.offset + previous.length, end, text: '' };
    return { start: entry.offset, end: next === undefined ? end : next.offset, text: '' };
  }

  /** The edit that puts an item last into an array. */
  append(path: JsonPath, json: string): TextEdit | undefined {
    const array = this.#find(path);
    if (array?.type !== 'array') return undefined;
    const last = array.children?.at(-1);
    const start = last === undefined ? array.offset + 1 : last.offset + last.length;
    return { start, end: start, text: last === undefined ? json : `${this.#separatorBefore(last)}${json}` };
  }

  /** The edit that puts a property behind the one at `path`. */
  insertAfter(path: JsonPath, property: string): TextEdit | undefined {
    const entry = this.#find(path)?.parent;
    if (entry?.type !== 'property') return undefined;
    const start = entry.offset + entry.length;
    return { start, end: start, text: `${this.#separatorBefore(entry)}${property}` };
  }

  /** The edit that puts a property first into an object. */
  prepend(path: JsonPath, property: string): TextEdit | undefined {
    const object = this.#find(path);
    if (object?.type !== 'object') return undefined;
    const first = object.children?.[0];
    const start = first?.offset ?? object.offset + 1;
    return {
      start,
      end: start,
      text: first === undefined ? property : `${property}${this.#separatorBefore(object.children?.[1])}`,
    };
  }

  /** A comma and the white space that stands between two entries here. */
  #separatorBefore(entry: Node | undefined): string {
    const siblings = entry?.parent?.children ?? [];
    const previous = entry === undefined ? undefined : siblings[siblings.indexOf(entry) - 1];
    if (entry === undefined || previous === undefined) return ', ';
    return this.text.slice(previous.offset + previous.length, entry.offset);
  }

  #find(path: JsonPath): Node | undefined {
    const whole = this.pathInText(path);
    const [list, index, ...inside] = whole;
    if (list === 'nodes' && typeof index === 'number' && inside.length > 0 && this.nodeSpans !== undefined) {
      const node = this.#nodeTree(this.nodeSpans, index);
      return node === undefined ? undefined : findNodeAtLocation(node, inside);
    }
    this.#tree ??= parseTree(withoutBom(this.text));
    return this.#tree === undefined ? undefined : findNodeAtLocation(this.#tree, [...whole]);
  }

  #nodeTree(spans: NodeSpans, index: number): Node | undefined {
    if (!this.#nodeTrees.has(index) && index < spans.length) {
      const { start, end } = spans.at(index);
      const tree = parseTree(this.text.slice(start, end));
      this.#nodeTrees.set(index, tree && movedBy(start, tree));
    }
    return this.#nodeTrees.get(index);
  }

  #nearest(path: JsonPath): Node | undefined {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = this.#find(path.slice(0, length));
      if (node !== undefined) return node;
    }
    return undefined;
  }
}

/** A tree whose text begins at an offset of another text. */
export function movedBy(offset: number, node: Node, parent?: Node): Node {
  const tree: { -readonly [Key in keyof Node]: Node[Key] } = { ...node, offset: node.offset + offset };
  if (parent !== undefined) tree.parent = parent;
  if (node.children !== undefined) tree.children = node.children.map((child) => movedBy(offset, child, tree));
  return tree;
}

/** A byte order mark is no JSON; a space in its place leaves every offset as it is. */
export function withoutBom(text: string): string {
  return text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
}
