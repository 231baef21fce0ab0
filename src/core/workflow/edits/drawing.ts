import { parseTree } from 'jsonc-parser';

import type { Json } from '../json.ts';
import { nestingProblem } from '../parse/nesting.ts';
import { withoutBom } from '../source/SourceDocument.ts';
import { noteColors, nodeTypes, type NodeType, type WorkflowNote } from '../types.ts';
import { JsonText } from './jsonText.ts';
import { isEqual, isObject, memberAt, valueOf } from './jsonTree.ts';
import type { Point, Wire } from './result.ts';

/** What a canvas shows of a workflow file. */
export interface Drawing {
  readonly name: string;
  readonly description: string;
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  readonly notes: readonly WorkflowNote[];
}

export interface DrawnNode {
  /** That of the file; where it has none, or one that is taken, a stand-in such as `#3`, by which edits find it too. */
  readonly id: string;
  /** Where it stands in the file's `nodes`. */
  readonly index: number;
  readonly type: string;
  /** The type, when there is such a one. */
  readonly known: NodeType | undefined;
  readonly label?: string;
  readonly position?: Point;
  readonly disabled: boolean;
  /** As it stands in the file, defaults left out. */
  readonly config: { readonly [key: string]: Json };
  /** As it stands in the file. */
  readonly step?: Json;
}

export interface DrawnEdge {
  /** Where it stands in the file's `edges`. */
  readonly index: number;
  readonly wire: Wire;
}

/**
 * Reads the text of a workflow file as well as it can be, for the canvas: what has no form that can be shown is left out.
 * @param before an earlier drawing: what is still the same at the same place is the same object as there
 * @returns undefined when the text is no JSON object at all
 */
export function readDrawing(text: string, before?: Drawing): Drawing | undefined {
  const read = JsonText.read(text);
  const value = read instanceof JsonText ? read.value : readAnyway(withoutBom(text));
  if (!isObject(value)) return undefined;
  const drawing = drawingOf(value);
  return before === undefined
    ? drawing
    : {
        ...drawing,
        nodes: shared(before.nodes, drawing.nodes),
        edges: shared(before.edges, drawing.edges),
        notes: shared(before.notes, drawing.notes),
      };
}

function shared<Item extends object>(before: readonly Item[], now: readonly Item[]): readonly Item[] {
  const items = now.map((item, index) => {
    const old = before[index];
    // What is drawn holds nothing but JSON.
    return old !== undefined && isEqual(old as unknown as Json, item as unknown as Json, true) ? old : item;
  });
  return items.length === before.length && items.every((item, index) => item === before[index]) ? before : items;
}

/** What can be read of JSON that is being typed, or that cannot be edited. */
function readAnyway(json: string): Json | undefined {
  try {
    return JSON.parse(json) as Json;
  } catch {
    // Below, as far as it goes.
  }
  if (nestingProblem(json) !== undefined) return undefined;
  const tree = parseTree(json);
  return tree === undefined ? undefined : valueOf(tree);
}

const knownTypes: ReadonlyMap<string, NodeType> = new Map(nodeTypes.map((type) => [type, type]));

/** What a canvas shows of what stands in a workflow file. */
export function drawingOf(file: Json): Drawing {
  const taken = new Set<string>();
  const nodes = listAt(file, 'nodes').flatMap((node, index) => (isObject(node) ? [drawnNode(node, index, taken)] : []));
  const edges = listAt(file, 'edges').flatMap((edge, index) => {
    const drawn = drawnEdge(edge, index);
    return drawn === undefined ? [] : [drawn];
  });
  const notes = listAt(file, 'notes').flatMap((note, index) => (isObject(note) ? [drawnNote(note, index, taken)] : []));
  return { name: textAt(file, 'name') ?? '', description: textAt(file, 'description') ?? '', nodes, edges, notes };
}

/** What was drawn of a value stays the same object as long as it stands at the same place. */
const drawnNodes = new WeakMap<object, DrawnNode>();
const drawnEdges = new WeakMap<object, DrawnEdge>();

function drawnEdge(edge: Json, index: number): DrawnEdge | undefined {
  if (!isObject(edge)) return undefined;
  const before = drawnEdges.get(edge);
  if (before?.index === index) return before;
  const wire = wireOf(edge);
  if (wire === undefined) return undefined;
  const drawn = { index, wire };
  drawnEdges.set(edge, drawn);
  return drawn;
}

function drawnNode(node: { readonly [key: string]: Json }, index: number, taken: Set<string>): DrawnNode {
  const id = freeId(textAt(node, 'id'), index, taken);
  const before = drawnNodes.get(node);
  if (before?.index === index && before.id === id) return before;
  const type = textAt(node, 'type') ?? '';
  const label = textAt(node, 'label');
  const position = pointAt(node, 'position');
  const config = memberAt(node, 'config');
  const step = memberAt(node, 'step');
  const drawn = {
    id,
    index,
    type,
    known: knownTypes.get(type),
    ...(label !== undefined && { label }),
    ...(position !== undefined && { position }),
    disabled: memberAt(node, 'disabled') === true,
    config: isObject(config) ? config : {},
    ...(step !== undefined && { step }),
  };
  drawnNodes.set(node, drawn);
  return drawn;
}

function drawnNote(note: Json, index: number, taken: Set<string>): WorkflowNote {
  const size = memberAt(note, 'size');
  const color = noteColors.find((known) => known === memberAt(note, 'color'));
  const members = memberAt(note, 'nodes');
  return {
    id: freeId(textAt(note, 'id'), index, taken, '#note'),
    text: textAt(note, 'text') ?? '',
    position: pointAt(note, 'position') ?? { x: 0, y: 0 },
    size: { width: numberAt(size, 'width') ?? 240, height: numberAt(size, 'height') ?? 120 },
    ...(color !== undefined && { color }),
    ...(Array.isArray(members) && { nodes: members.filter((id) => typeof id === 'string') }),
  };
}

/** Ids that are missing or taken get a stand-in that no file can mean: `#` is in no id. */
function freeId(id: string | undefined, index: number, taken: Set<string>, mark = '#'): string {
  let free = id === undefined || id === '' || taken.has(id) ? `${mark}${index + 1}` : id;
  while (taken.has(free)) free += '#';
  taken.add(free);
  return free;
}

/** The wire of an edge as it stands in a file, its defaults filled in. */
export function wireOf(edge: Json): Wire | undefined {
  const [source, target] = [textAt(edge, 'source'), textAt(edge, 'target')];
  if (source === undefined || target === undefined) return undefined;
  const sourceHandle = textAt(edge, 'sourceHandle') ?? 'output';
  return { source, sourceHandle, target, targetHandle: textAt(edge, 'targetHandle') ?? 'input' };
}

/** A wire as an edge of a file, its defaults left out. */
export function edgeOf({ source, sourceHandle, target, targetHandle }: Wire): { readonly [key: string]: Json } {
  return {
    source,
    ...(sourceHandle !== 'output' && { sourceHandle }),
    target,
    ...(targetHandle !== 'input' && { targetHandle }),
  };
}

export function listAt(value: Json | undefined, key: string): readonly Json[] {
  const list = memberAt(value, key);
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}

function textAt(value: Json | undefined, key: string): string | undefined {
  const text = memberAt(value, key);
  return typeof text === 'string' ? text : undefined;
}

function numberAt(value: Json | undefined, key: string): number | undefined {
  const number = memberAt(value, key);
  return typeof number === 'number' ? number : undefined;
}

function pointAt(value: Json, key: string): Point | undefined {
  const point = memberAt(value, key);
  const [x, y] = [numberAt(point, 'x'), numberAt(point, 'y')];
  return x === undefined || y === undefined ? undefined : { x, y };
}
