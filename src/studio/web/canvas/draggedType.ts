import type { NodeType } from '../../../core/workflow/index.ts';

let dragged: NodeType | undefined;

/** The node type that is being dragged from the palette: while it is dragged, a page cannot read what the drag carries. */
export function draggedType(): NodeType | undefined {
  return dragged;
}

export function setDraggedType(type: NodeType | undefined): void {
  dragged = type;
}
