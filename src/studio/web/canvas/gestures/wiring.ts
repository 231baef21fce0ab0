import type { Connection, FinalConnectionState } from '@xyflow/react';

import { connect, reconnect, whyNotConnect, type Wire } from '../../../../core/workflow/edits/index.ts';
import { inputsOf, outputsOf } from '../../../../core/workflow/edits/wires.ts';
import { useDocument } from '../../document/documentStore.ts';
import { useCanvas } from '../canvasStore.ts';
import type { FlowEdge } from '../flowModel.ts';
import { legalEnds, wireBetween, type WireStart } from '../legality.ts';
import { openQuickAdd, placeAtWire } from './adding.ts';
import { current, edit } from './current.ts';

/** The edge that the wire which is being drawn takes the place of. */
let replaced: number | undefined;

export function replacedEdge(): number | undefined {
  return replaced;
}

/** A wire begins to be drawn: handles show where it may end. */
export function beginWire(start: WireStart): void {
  const drawing = current()?.drawing;
  if (drawing === undefined) return;
  const known = new Map<string, boolean>();
  const ends = legalEnds(drawing, start, replaced);
  const isLegal = (node: string, handle: string): boolean => {
    const key = `${handle} ${node}`;
    const legal = known.get(key) ?? ends(node, handle);
    known.set(key, legal);
    return legal;
  };
  useCanvas.setState({ wiring: { start, isLegal }, hoveredEdge: undefined });
}

/** The end of an edge is taken off its handle. */
export function beginReconnect(edge: FlowEdge): void {
  replaced = edge.data?.index;
}

export function endReconnect(): void {
  replaced = undefined;
}

/** Whether a wire can be dropped where it is. */
export function isLegalWire(connection: Connection | FlowEdge): boolean {
  const drawing = current()?.drawing;
  return drawing !== undefined && whyNotConnect(drawing, wireOf(connection), replaced) === undefined;
}

export function dropOnHandle(connection: Connection): void {
  edit((text) => connect(text, wireOf(connection)));
}

export function dropReconnected(edge: FlowEdge, connection: Connection): void {
  const index = edge.data?.index;
  if (index !== undefined) edit((text) => reconnect(text, index, wireOf(connection)));
}

function wireOf({ source, sourceHandle, target, targetHandle }: Connection | FlowEdge): Wire {
  return { source, sourceHandle: sourceHandle ?? 'output', target, targetHandle: targetHandle ?? 'input' };
}

/** A wire was let go: over a node it takes the handle that fits best, over nothing it asks what is to come there. */
export function endWire(event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  const start = useCanvas.getState().wiring?.start;
  const isReconnecting = replaced !== undefined;
  useCanvas.setState({ wiring: undefined });
  const point = 'changedTouches' in event ? event.changedTouches[0] : event;
  if (start === undefined || isReconnecting || state.isValid === true || point === undefined) return;
  const at = { x: point.clientX, y: point.clientY };
  const below = document.elementFromPoint(at.x, at.y);
  const node = below?.closest<HTMLElement>('.react-flow__node-step')?.dataset['id'];
  const [toNode, toHandle] = [state.toNode?.id, state.toHandle?.id ?? undefined];
  const isOverNothing = below?.closest('.react-flow__pane, .react-flow__node-frame') ?? undefined;
  if (toNode !== undefined && toHandle !== undefined) refuseWire(start, toNode, toHandle);
  else if (node !== undefined) dropOnNode(start, node);
  else if (isOverNothing !== undefined) {
    const ends =
      start.kind === 'source'
        ? { from: { source: start.node, sourceHandle: start.handle } }
        : { to: { target: start.node, targetHandle: start.handle } };
    openQuickAdd({ x: at.x + 8, y: at.y - 20 }, ends, placeAtWire(at, ends));
  }
}

function refuseWire(start: WireStart, id: string, handle: string): void {
  const drawing = current()?.drawing;
  const isItself = start.node === id && start.handle === handle;
  const why = drawing && whyNotConnect(drawing, wireBetween(start, id, handle));
  if (why !== undefined && !isItself) useDocument.getState().refuse(why);
}

function dropOnNode(start: WireStart, id: string): void {
  if (id === start.node) return;
  const found = bestWire(start, id);
  if (found === undefined) return;
  if ('why' in found) useDocument.getState().refuse(found.why);
  else edit((text) => connect(text, found.wire));
}

/** The wire from a handle to the most natural handle of a node, or why there is none. */
export function bestWire(start: WireStart, id: string): { readonly wire: Wire } | { readonly why: string } | undefined {
  const drawing = current()?.drawing;
  const node = drawing?.nodes.find((each) => each.id === id);
  if (drawing === undefined || node === undefined) return undefined;
  const handles = start.kind === 'source' ? inputsOf(node) : outputsOf(node);
  const fallback = start.kind === 'source' ? 'input' : 'output';
  const wires = (handles.length === 0 ? [{ id: fallback }] : handles).map((handle) =>
    wireBetween(start, id, handle.id),
  );
  const reasons = wires.map((wire) => whyNotConnect(drawing, wire));
  // What a model can call is offered to it rather than run after it.
  const legal = wires.flatMap((wire, index) => (reasons[index] === undefined ? [wire] : []));
  const wire =
    legal.find(({ targetHandle }) => handles.some((handle) => handle.id === targetHandle && 'offers' in handle)) ??
    legal[0];
  return wire === undefined ? { why: reasons[0] ?? 'These cannot be connected.' } : { wire };
}
