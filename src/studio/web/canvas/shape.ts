import type { Drawing, DrawnNode } from '../../../core/workflow/edits/index.ts';
import { inputsOf, outputsOf, type HandledDrawing } from '../../../core/workflow/edits/wires.ts';
import type { Handle, HandleType } from '../../../core/workflow/index.ts';
import { headerHeight } from './geometry.ts';

const rowHeight = 24;
const footHeight = 8;

/** A handle and where it stands on its node. */
export interface HandlePlace {
  readonly id: string;
  readonly name: string;
  readonly type: HandleType;
  readonly isTool: boolean;
  /** Handles of rows show their names; the main one stands in the middle of the header. */
  readonly isMain: boolean;
  /** An edge names it, but the type has no such handle. */
  readonly isMissing: boolean;
  /** Of its centre, from the upper edge of the node. */
  readonly y: number;
}

/** What a node takes of the canvas: known before it is drawn, so that nothing has to be measured. */
export interface NodeShape {
  readonly height: number;
  readonly inputs: readonly HandlePlace[];
  readonly outputs: readonly HandlePlace[];
}

const shapes = new Map<string, NodeShape>();

/** The shape of a node. @param used the handles that edges name, which a node may lack */
export function shapeOf(
  node: HandledDrawing & Pick<DrawnNode, 'type'>,
  used: { readonly inputs: ReadonlySet<string>; readonly outputs: ReadonlySet<string> },
): NodeShape {
  const { known, type } = node;
  const [inputs, outputs] = [inputsOf(node), outputsOf(node)];
  const lacking = (handles: readonly Handle[], names: ReadonlySet<string>): readonly string[] =>
    [...names].filter((name) => handles.every(({ id }) => id !== name)).toSorted();
  const missing = { inputs: lacking(inputs, used.inputs), outputs: lacking(outputs, used.outputs) };
  const key = JSON.stringify([known ?? `?${type}`, inputs, outputs, missing]);
  const shape = shapes.get(key) ?? {
    ...placed(sideOf(inputs, missing.inputs), sideOf(outputs, missing.outputs)),
  };
  shapes.set(key, shape);
  return shape;
}

type Unplaced = Omit<HandlePlace, 'y'>;

function sideOf(handles: readonly Handle[], missing: readonly string[]): readonly Unplaced[] {
  const known = handles.map(({ id, name, type, offers }, index) => {
    const isTool = offers === 'tool';
    return { id, name, type, isTool, isMain: index === 0 && type === 'default' && !isTool, isMissing: false };
  });
  const unknown = missing.map((id) => ({
    id,
    name: id,
    type: 'default' as const,
    isTool: false,
    isMain: known.length === 0 && (id === 'input' || id === 'output'),
    isMissing: true,
  }));
  return [...known, ...unknown];
}

function placed(inputs: readonly Unplaced[], outputs: readonly Unplaced[]): NodeShape {
  const place = (handles: readonly Unplaced[]): readonly HandlePlace[] => {
    let row = 0;
    return handles.map((handle) => {
      if (handle.isMain) return { ...handle, y: headerHeight / 2 };
      row += 1;
      return { ...handle, y: headerHeight + (row - 0.5) * rowHeight };
    });
  };
  const rows = Math.max(...[inputs, outputs].map((side) => side.filter(({ isMain }) => !isMain).length));
  return {
    height: headerHeight + (rows === 0 ? 0 : rows * rowHeight + footHeight),
    inputs: place(inputs),
    outputs: place(outputs),
  };
}

/** The handles that the edges of a drawing name, by node. */
export function usedHandles({ edges }: Pick<Drawing, 'edges'>): (id: string) => {
  readonly inputs: ReadonlySet<string>;
  readonly outputs: ReadonlySet<string>;
} {
  const inputs = new Map<string, Set<string>>();
  const outputs = new Map<string, Set<string>>();
  const add = (to: Map<string, Set<string>>, node: string, handle: string): void => {
    to.set(node, (to.get(node) ?? new Set()).add(handle));
  };
  for (const { wire } of edges) {
    add(outputs, wire.source, wire.sourceHandle);
    add(inputs, wire.target, wire.targetHandle);
  }
  const none: ReadonlySet<string> = new Set();
  return (id) => ({ inputs: inputs.get(id) ?? none, outputs: outputs.get(id) ?? none });
}
