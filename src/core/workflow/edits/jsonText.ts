import { parseTree, type Node } from 'jsonc-parser';

import type { Span } from '../expressions/syntax.ts';
import type { Json, JsonPath } from '../json.ts';
import { nestingLimit, nestingProblem } from '../parse/nesting.ts';
import { readSoundJson } from '../parse/soundJson.ts';
import { Lines } from '../source/lines.ts';
import { movedBy, withoutBom } from '../source/SourceDocument.ts';
import { isObject, nodeAt } from './jsonTree.ts';
import { refused, type Refused } from './result.ts';

/**
 * JSON, and where everything stands in it. What lies in the nodes of a workflow is looked at when it is asked for: an edit of
 * a large file is about one of them.
 */
export class JsonText {
  readonly value: Json;
  readonly root: Node;
  readonly #text: string;
  /** Where the nodes stand that were not looked at yet, by their index. */
  readonly #unread: Map<number, Span>;

  private constructor(text: string, value: Json, root: Node, unread: Map<number, Span>) {
    this.#text = text;
    this.value = value;
    this.root = root;
    this.#unread = unread;
  }

  static read(text: string): JsonText | Refused {
    const json = withoutBom(text);
    const sound = readSoundJson(json);
    const list = isObject(sound?.value) ? sound.value['nodes'] : undefined;
    if (sound?.nodes !== undefined && Array.isArray(list) && list.length === sound.nodes.length) {
      const root = outlineOf(json, sound.nodes);
      if (root !== undefined) return new JsonText(json, sound.value, root, new Map(sound.nodes.entries()));
    }
    const tooDeep = nestingProblem(json);
    if (tooDeep !== undefined)
      return refused(`The file is nested more than ${nestingLimit} levels deep ${lineOf(text, tooDeep)}.`);
    const value = parsed(json);
    if (value === undefined)
      return refused(`The file is no JSON${firstProblem(json)}. Mend its text first, then it can be edited here.`);
    const root = parseTree(json);
    return root !== undefined && isObject(value)
      ? new JsonText(json, value, root, new Map())
      : refused('The file is no workflow: a JSON object is expected.');
  }

  /** The value that a path leads to. */
  at(path: JsonPath): Node | undefined {
    const [list, index] = path;
    if (list === 'nodes' && typeof index === 'number') this.#read(index);
    return nodeAt(this.root, path);
  }

  #read(index: number): void {
    const span = this.#unread.get(index);
    const list = nodeAt(this.root, ['nodes']);
    const tree = span === undefined ? undefined : parseTree(this.#text.slice(span.start, span.end));
    if (span === undefined || tree === undefined || list?.children === undefined) return;
    this.#unread.delete(index);
    list.children[index] = movedBy(span.start, tree, list);
  }
}

/** The tree of a file in which its nodes are objects with nothing in them, each in its place. */
function outlineOf(json: string, nodes: readonly Span[]): Node | undefined {
  const parts: string[] = [];
  let end = 0;
  for (const span of nodes) {
    parts.push(json.slice(end, span.start), '{', ' '.repeat(span.end - span.start - 2), '}');
    ({ end } = span);
  }
  return parseTree(parts.join('') + json.slice(end));
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
