import type { NodeDefinition } from '../../../core/workflow/index.ts';
import { registry } from '../../../core/workflow/nodes/registry.ts';
import { Position, type Edge, type Node, type NodeHandle } from '@xyflow/react';

import type { Drawing, DrawnEdge, DrawnNode, Point } from '../../../core/workflow/edits/index.ts';
import { isEqual } from '../../../core/workflow/edits/jsonTree.ts';
import { inputsOf, outputsOf } from '../../../core/workflow/edits/wires.ts';
import type { HandleType } from '../../../core/workflow/index.ts';
import { nodeWidth } from './geometry.ts';
import { shapeOf, usedHandles, type HandlePlace, type NodeShape } from './shape.ts';
import { wireKey } from './wireKey.ts';

export type Note = Drawing['notes'][number];
export type StepNode = Node<{ readonly node: DrawnNode; readonly shape: NodeShape; readonly wired: string }, 'step'>;
export type NoteNode = Node<{ readonly note: Note }, 'note' | 'frame'>;
/** What React Flow draws. It knows nothing of runs and findings: those redraw only what they are about. */
export type FlowNode = StepNode | NoteNode;

export type WireKind = HandleType | 'tool';
export type FlowEdge = Edge<
  { readonly index: number; readonly kind: WireKind; readonly label: string | undefined },
  'wire'
>;

interface Shown {
  readonly drawing: Drawing;
  readonly positionOf: (id: string) => Point | undefined;
  readonly selection: ReadonlySet<string>;
  readonly selectedEdge: number | undefined;
}

/**
 * The nodes for React Flow. What did not change is the same object as before, so that it is not drawn again.
 * @param last the drawing of which those before were made
 */
export function flowNodes(shown: Shown, before: FlowNode[], last: Drawing | undefined): FlowNode[] {
  const { drawing, positionOf, selection } = shown;
  const known = new Map(before.map((node) => [node.id, node]));
  const hasSameEdges = drawing.edges === last?.edges;
  let used: ReturnType<typeof usedHandles> | undefined;
  const notes = drawing.notes.flatMap((note): FlowNode[] => {
    const position = positionOf(note.id);
    return position === undefined ? [] : [noteNode(note, position, selection.has(note.id), known.get(note.id))];
  });
  const steps = drawing.nodes.flatMap((node): FlowNode[] => {
    const position = positionOf(node.id);
    if (position === undefined) return [];
    const [isSelected, old] = [selection.has(node.id), known.get(node.id)];
    if (hasSameEdges && old?.type === 'step' && old.data.node === node) return [placed(old, position, isSelected)];
    used ??= usedHandles(drawing);
    const handles = used(node.id);
    const shape = shapeOf(node, handles);
    const wired = JSON.stringify([...handles.outputs]);
    return [stepNode({ node, shape, wired }, position, isSelected, old)];
  });
  return sameOr(before, [...notes, ...steps]);
}

/** The nodes of the same drawing, with other places and another selection. */
export function movedNodes({ positionOf, selection }: Shown, before: FlowNode[]): FlowNode[] {
  const nodes = before.map((node) => placed(node, positionOf(node.id) ?? node.position, selection.has(node.id)));
  return sameOr(before, nodes);
}

function placed(node: FlowNode, position: Point, isSelected: boolean): FlowNode {
  return isAt(node, position) && node.selected === isSelected
    ? node
    : { ...node, position: { ...position }, selected: isSelected };
}

/** The list from before when all in it is the same: React Flow then has nothing to do. */
function sameOr<Item>(before: Item[], now: Item[]): Item[] {
  return now.length === before.length && now.every((item, index) => item === before[index]) ? before : now;
}

/** The edges of the same drawing, with another one selected. */
export function chosenEdges({ selectedEdge }: Shown, before: FlowEdge[]): FlowEdge[] {
  if (before.every(({ data, selected }) => selected === (data?.index === selectedEdge))) return before;
  return before.map((edge) => {
    const isSelected = edge.data?.index === selectedEdge;
    return edge.selected === isSelected ? edge : { ...edge, selected: isSelected };
  });
}

function stepNode(
  given: StepNode['data'],
  position: Point,
  isSelected: boolean,
  before: FlowNode | undefined,
): StepNode {
  const old = before?.type === 'step' ? before : undefined;
  const isSame =
    old !== undefined &&
    (old.data.node === given.node || isSameNode(old.data.node, given.node)) &&
    old.data.wired === given.wired;
  const data = isSame && old.data.shape === given.shape ? old.data : given;
  if (old?.data === data && isAt(old, position) && old.selected === isSelected) return old;
  const size = { width: nodeWidth, height: given.shape.height };
  return {
    id: given.node.id,
    type: 'step',
    position: { ...position },
    ...size,
    measured: size,
    handles: old?.data.shape === given.shape && old.handles ? old.handles : flowHandles(given.shape),
    selected: isSelected,
    data,
  };
}

function noteNode(note: Note, position: Point, isSelected: boolean, before: FlowNode | undefined): NoteNode {
  const type = note.nodes === undefined ? 'note' : 'frame';
  const old = before?.type === type ? before : undefined;
  const data = old !== undefined && isEqual(asJson(old.data.note), asJson(note)) ? old.data : { note };
  const { width, height } = note.size;
  const isSame = old?.data === data && old.width === width && old.height === height;
  if (isSame && isAt(old, position) && old.selected === isSelected) return old;
  const size = { width, height };
  const zIndex = type === 'frame' ? -2 : -1;
  return { id: note.id, type, position: { ...position }, ...size, measured: size, selected: isSelected, zIndex, data };
}

/** Edits and drawings hold nothing but JSON. */
function asJson(value: object): Parameters<typeof isEqual>[0] {
  return value as Parameters<typeof isEqual>[0];
}

function isAt(node: FlowNode, { x, y }: Point): boolean {
  return node.position.x === x && node.position.y === y;
}

/** Where it stands in the file does not matter for how it looks. */
function isSameNode({ index: _one, ...one }: DrawnNode, { index: _other, ...other }: DrawnNode): boolean {
  const { position: _a, ...here } = one;
  const { position: _b, ...there } = other;
  return isEqual(asJson(here), asJson(there));
}

function flowHandles({ inputs, outputs }: NodeShape): NodeHandle[] {
  const at = (x: number, type: 'source' | 'target', position: Position) => (handle: HandlePlace) => ({
    id: handle.id,
    type,
    position,
    x: x - 1,
    y: handle.y - 1,
    width: 2,
    height: 2,
  });
  return [...inputs.map(at(0, 'target', Position.Left)), ...outputs.map(at(nodeWidth, 'source', Position.Right))];
}

/**
 * The edges for React Flow, as far as both ends are there.
 * @param last the drawing of which those before were made
 */
export function flowEdges(shown: Shown, before: FlowEdge[], last: Drawing | undefined): FlowEdge[] {
  const { drawing, selectedEdge } = shown;
  // How an edge looks depends on it and on the handles of its nodes.
  if (drawing.edges === last?.edges && haveSameHandles(drawing.nodes, last.nodes)) return chosenEdges(shown, before);
  const known = new Map(before.map((edge) => [edge.id, edge]));
  const nodes = new Map(drawing.nodes.map((node) => [node.id, node]));
  const seen = new Set<string>();
  const edges = drawing.edges.flatMap((edge): FlowEdge[] => {
    const [source, target] = [nodes.get(edge.wire.source), nodes.get(edge.wire.target)];
    const key = wireKey(edge.wire);
    // A second edge of the same kind would lie exactly on the first; the findings tell of it.
    if (source === undefined || target === undefined || seen.has(key)) return [];
    seen.add(key);
    const isSelected = edge.index === selectedEdge;
    const old = known.get(key);
    const data = { index: edge.index, ...lookOf(edge, source, target) };
    if (
      old?.data !== undefined &&
      old.data.index === data.index &&
      old.data.kind === data.kind &&
      old.data.label === data.label &&
      old.selected === isSelected
    )
      return [old];
    return [{ id: key, type: 'wire', ...edge.wire, selected: isSelected, data }];
  });
  return sameOr(before, edges);
}

function haveSameHandles(nodes: Drawing['nodes'], before: Drawing['nodes']): boolean {
  return nodes.length === before.length && nodes.every((node, index) => hasSameHandles(node, before[index]));
}

function hasSameHandles(node: DrawnNode, before: DrawnNode | undefined): boolean {
  if (node === before) return true;
  if (before === undefined || node.id !== before.id || node.known !== before.known) return false;
  return JSON.stringify(handlesOf(node)) === JSON.stringify(handlesOf(before));
}

function handlesOf(node: DrawnNode): unknown {
  return [inputsOf(node), outputsOf(node)];
}

function lookOf(
  { wire }: DrawnEdge,
  source: DrawnNode,
  target: DrawnNode,
): { readonly kind: WireKind; readonly label: string | undefined } {
  if (inputsOf(target).some(({ id, offers }) => id === wire.targetHandle && offers === 'tool'))
    return { kind: 'tool', label: 'offers' };
  const output = outputsOf(source).find(({ id }) => id === wire.sourceHandle);
  if (output?.type === 'conditional') return { kind: 'conditional', label: output.name };
  const definition: NodeDefinition | undefined = source.known && registry[source.known];
  if (output !== undefined && definition?.body?.begins === output.id) return { kind: output.type, label: output.name };
  return { kind: output?.type ?? 'default', label: undefined };
}
