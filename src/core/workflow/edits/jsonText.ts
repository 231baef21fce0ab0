import { parseTree, type Node } from 'jsonc-parser';

import type { Span } from '../expressions/syntax.ts';
import type { Json, JsonPath } from '../json.ts';
import { nestingLimit, nestingProblem } from '../parse/nesting.ts';
import { readSoundJson } from '../parse/soundJson.ts';
import { changeBetween } from '../source/change.ts';
import { Lines } from '../source/lines.ts';
import { movedBy, withoutBom } from '../source/SourceDocument.ts';
import { isObject, memberAt, nodeAt } from './jsonTree.ts';
import { refused, type Refused } from './result.ts';

/** The lists of a workflow that grow with it. */
const longLists = ['nodes', 'edges'] as const;
type LongList = (typeof longLists)[number];
/** Where the items of the lists stand. */
type Spans = readonly (readonly [LongList, readonly Span[]])[];
/** The brackets around an item. */
const depthOfItems = 2;

let lastRead: { readonly text: string; readonly json: JsonText | Refused } | undefined;

/**
 * JSON, and where everything stands in it. What lies in the nodes and edges of a workflow is looked at when it is asked for:
 * an edit of a large file is about one of them.
 */
export class JsonText {
  readonly value: Json;
  readonly root: Node;
  readonly #text: string;
  readonly #spans: Spans;
  /** Where the items of long lists stand that were not looked at yet, by their index. */
  readonly #unread: ReadonlyMap<LongList, Map<number, Span>>;

  private constructor(text: string, value: Json, root: Node, spans: Spans = []) {
    this.#text = text;
    this.value = value;
    this.root = root;
    this.#spans = spans;
    this.#unread = new Map(spans.map(([list, all]) => [list, new Map(all.entries())]));
  }

  /** Of one text after the other: what was read of a text serves all that is done with it before it changes. */
  static read(text: string): JsonText | Refused {
    if (lastRead?.text !== text) {
      const before = lastRead?.json instanceof JsonText ? lastRead.json : undefined;
      const json = withoutBom(text);
      lastRead = { text, json: (before && before.#revised(json)) ?? JsonText.#parse(text, json) };
    }
    return lastRead.json;
  }

  /** Another text that differs in one node alone, of which only that one is read; undefined when there is more to it. */
  #revised(json: string): JsonText | undefined {
    const { start, endBefore, endAfter } = changeBetween(this.#text, json);
    const grown = endAfter - endBefore;
    const nodes = memberAt(this.value, 'nodes');
    const [, spans = []] = this.#spans.find(([list]) => list === 'nodes') ?? [];
    const index = spans.findIndex((span) => span.start < start && endBefore < span.end);
    const span = spans[index];
    if (span === undefined || !Array.isArray(nodes) || !isObject(this.value)) return undefined;
    const node = readSoundJson(json.slice(span.start, span.end + grown), depthOfItems)?.value;
    if (!isObject(node)) return undefined;
    const moved = this.#spans.map(
      ([list, all]) =>
        [
          list,
          all.map((each) => ({
            start: each.start + (each.start > start ? grown : 0),
            end: each.end + (each.end > start ? grown : 0),
          })),
        ] as const,
    );
    const root = outlineOf(json, moved);
    return root && new JsonText(json, { ...this.value, nodes: nodes.with(index, node) }, root, moved);
  }

  static #parse(text: string, json: string): JsonText | Refused {
    const sound = readSoundJson(json);
    if (sound !== undefined) {
      const spans = longLists.flatMap((list) => {
        const [items, found = []] = [memberAt(sound.value, list), sound[list]];
        return Array.isArray(items) && items.length === found.length ? [[list, found] as const] : [];
      });
      const root = outlineOf(json, spans);
      if (root !== undefined && isObject(sound.value)) return new JsonText(json, sound.value, root, spans);
    }
    const tooDeep = nestingProblem(json);
    if (tooDeep !== undefined)
      return refused(`The file is nested more than ${nestingLimit} levels deep ${lineOf(text, tooDeep)}.`);
    const value = parsed(json);
    if (value === undefined)
      return refused(`The file is no JSON${firstProblem(json)}. Mend its text first, then it can be edited here.`);
    const root = parseTree(json);
    return root !== undefined && isObject(value)
      ? new JsonText(json, value, root)
      : refused('The file is no workflow: a JSON object is expected.');
  }

  /** The value that a path leads to. */
  at(path: JsonPath): Node | undefined {
    const [list, index] = path;
    const longList = longLists.find((name) => name === list);
    if (longList !== undefined && typeof index === 'number') this.#read(longList, index);
    return nodeAt(this.root, path);
  }

  #read(name: LongList, index: number): void {
    const unread = this.#unread.get(name);
    const span = unread?.get(index);
    const list = nodeAt(this.root, [name]);
    const tree = span === undefined ? undefined : parseTree(this.#text.slice(span.start, span.end));
    if (span === undefined || tree === undefined || list?.children === undefined) return;
    unread?.delete(index);
    list.children[index] = movedBy(span.start, tree, list);
  }
}

/** The tree of a file without what lies in the items of its long lists: they are objects with nothing in them, each in its place. */
function outlineOf(json: string, lists: Spans): Node | undefined {
  const cuts = lists
    .flatMap(([, spans]) => {
      const [first, last] = [spans[0], spans.at(-1)];
      return first === undefined || last === undefined ? [] : [{ start: first.start, end: last.end }];
    })
    .toSorted((a, b) => a.start - b.start);
  const kept = [{ end: 0 }, ...cuts].map(({ end }, index) => json.slice(end, cuts[index]?.start));
  const root = parseTree(kept.join(''));
  if (root === undefined) return undefined;
  putBack(root, cuts);
  for (const [name, spans] of lists) {
    const list = nodeAt(root, [name]);
    if (list?.children === undefined) return undefined;
    for (const { start, end } of spans)
      list.children.push({ type: 'object', offset: start, length: end - start, parent: list, children: [] });
  }
  return root;
}

/** Gives a tree of a text from which parts were cut the places that its values have in the whole. */
function putBack(node: Node, cuts: readonly Span[]): void {
  const placeOf = (offset: number): number =>
    cuts.reduce((place, { start, end }) => (start < place ? place + end - start : place), offset);
  const [start, end] = [placeOf(node.offset), placeOf(node.offset + node.length)];
  Object.assign(node, { offset: start, length: end - start });
  for (const child of node.children ?? []) putBack(child, cuts);
}

function parsed(json: string): Json | undefined {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return undefined;
  }
}

function firstProblem(json: string): string {
  const errors: { readonly offset: number }[] = [];
  parseTree(json, errors as Parameters<typeof parseTree>[1]);
  const [first] = errors;
  return first === undefined ? '' : ` ${lineOf(json, first.offset)}`;
}

function lineOf(text: string, offset: number): string {
  return `in line ${new Lines(text).range(offset, offset).line}`;
}
