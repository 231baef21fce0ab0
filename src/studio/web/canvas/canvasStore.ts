import { create } from 'zustand';

import type { Point } from '../../../core/workflow/edits/index.ts';
import type { Guide } from './alignment.ts';
import type { Ends } from './add/candidates.ts';
import type { WireStart } from './legality.ts';
import type { Reading } from './reading.ts';

/** How much of a node is drawn: less when it is small, as nobody could read it. */
export type Detail = 'full' | 'less' | 'boxes';

/** The list of node types that is open over the canvas, and what becomes of the choice. */
export interface QuickAdd {
  /** Where the list stands, in pixels of the window. */
  readonly at: Point;
  /** Where the node is to stand, on the canvas; found by itself when undefined. */
  readonly position: Point | undefined;
  readonly ends: Ends;
}

interface CanvasState {
  readonly detail: Detail;
  /** Undefined: when there is more than one sees at once. */
  readonly isMinimapOpen: boolean | undefined;
  readonly quickAdd: QuickAdd | undefined;
  /** The node from which a wire is drawn by keyboard. */
  readonly connectingFrom: string | undefined;
  /** A wire that is being drawn by pointer: where it begins and where it may end. */
  readonly wiring:
    | { readonly start: WireStart; readonly isLegal: (node: string, handle: string) => boolean }
    | undefined;
  /** The item whose name or text is being written, and where. */
  readonly editing:
    | { readonly id: string; readonly what: 'name' | 'id' | 'text'; readonly in: 'canvas' | 'outline' }
    | undefined;
  /** Undefined while nothing is searched for. */
  readonly found: ReadonlySet<string> | undefined;
  readonly isFinding: boolean;
  /** While Alt is held: who reads the selected nodes and whom they read. */
  readonly reading: Reading | undefined;
  readonly hoveredEdge: string | undefined;
  /** The lines in which what is being dragged stands with others. */
  readonly guides: readonly Guide[];
  /** What is said to those who do not see the canvas. */
  readonly announcement: string;
}

/** What the canvas shows beside the document itself, and nobody keeps. */
export const useCanvas = create<CanvasState>()(() => ({
  detail: 'full',
  isMinimapOpen: undefined,
  quickAdd: undefined,
  connectingFrom: undefined,
  wiring: undefined,
  editing: undefined,
  found: undefined,
  isFinding: false,
  reading: undefined,
  hoveredEdge: undefined,
  guides: [],
  announcement: '',
}));

export function detailAt(zoom: number): Detail {
  return zoom < 0.25 ? 'boxes' : zoom < 0.4 ? 'less' : 'full';
}

const mapFrom = 24;

export function isMapShown(isOpen: boolean | undefined, nodes: number): boolean {
  return isOpen ?? nodes > mapFrom;
}
