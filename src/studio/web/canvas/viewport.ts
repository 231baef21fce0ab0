import type { ReactFlowInstance } from '@xyflow/react';

import type { Point } from '../../../core/workflow/edits/index.ts';
import type { FlowEdge, FlowNode } from './flowModel.ts';
import { arrived, boxes } from './flowStore.ts';
import { boundsOf, type Box } from './geometry.ts';

export const [leastZoom, mostZoom] = [0.015, 2] as const;
/** A workflow that would be smaller than this is shown from its beginning instead of whole. */
const readableZoom = 0.45;
const startingZoom = 0.7;
const margin = 40;
const moveMs = 200;

export interface Viewport extends Point {
  readonly zoom: number;
}

let instance: ReactFlowInstance<FlowNode, FlowEdge> | undefined;
/** By file, where its canvas was looked at last. */
const left = new Map<string, Viewport>();

export function setFlowInstance(flow: ReactFlowInstance<FlowNode, FlowEdge> | undefined): void {
  instance = flow;
}

/** Where a place of the window lies on the canvas. */
export function canvasPoint(inWindow: Point): Point {
  return instance?.screenToFlowPosition(inWindow) ?? inWindow;
}

/** Where a place of the canvas lies in the window. */
export function windowPoint(onCanvas: Point): Point {
  return instance?.flowToScreenPosition(onCanvas) ?? onCanvas;
}

export function canvasElement(): HTMLElement | null {
  return document.querySelector<HTMLElement>('[data-canvas="flow"]');
}

/** What is seen of the canvas. */
export function seenOfCanvas(): Box {
  const { left: x = 0, top: y = 0, right = 0, bottom = 0 } = canvasElement()?.getBoundingClientRect() ?? {};
  const [start, end] = [canvasPoint({ x, y }), canvasPoint({ x: right, y: bottom })];
  return { ...start, width: end.x - start.x, height: end.y - start.y };
}

/** The middle of what is seen of the canvas, in pixels of the window. */
export function windowCentre(): Point {
  const { left: x = 0, top: y = 0, width = 0, height = 0 } = canvasElement()?.getBoundingClientRect() ?? {};
  return { x: x + width / 2, y: y + height / 2 };
}

/** Keeps what is in the middle of the canvas there when the canvas gets another size, until the function that it gives is called. */
export function keepMiddle(canvas: HTMLElement): () => void {
  let { clientWidth: width, clientHeight: height } = canvas;
  const observer = new ResizeObserver(() => {
    const [by, down] = [(canvas.clientWidth - width) / 2, (canvas.clientHeight - height) / 2];
    ({ clientWidth: width, clientHeight: height } = canvas);
    if (instance === undefined || (by === 0 && down === 0)) return;
    if (aimed !== undefined) {
      void aimAt(aimed);
      return;
    }
    const { x, y, zoom } = instance.getViewport();
    void instance.setViewport({ x: x + by, y: y + down, zoom });
  });
  observer.observe(canvas);
  return () => observer.disconnect();
}

export function rememberViewport(file: string, viewport: Viewport): void {
  left.set(file, viewport);
}

/** What is first seen of a file: where it was left; else all of it, or its beginning where that would be too small to read. */
export function firstViewport(
  file: string,
  size: { readonly width: number; readonly height: number },
  start: string | undefined,
): Viewport {
  const before = left.get(file);
  if (before !== undefined) return before;
  const places = boxes();
  const bounds = boundsOf(places.values());
  if (bounds === undefined) return { x: size.width / 2 - 100, y: size.height / 2 - 56, zoom: 1 };
  const zoom = zoomFor(bounds, size, 1);
  if (zoom >= readableZoom) return centred(bounds, size, zoom);
  const first = places.get(start ?? '') ?? bounds;
  // All of its height where there is room for it.
  const { y, height } = bounds.height * startingZoom <= size.height - 2 * margin ? bounds : first;
  return {
    x: margin - first.x * startingZoom,
    y: size.height / 2 - (y + height / 2) * startingZoom,
    zoom: startingZoom,
  };
}

function zoomFor(
  bounds: Box,
  { width, height }: { readonly width: number; readonly height: number },
  most: number,
): number {
  const wanted = Math.min((width - 2 * margin) / bounds.width, (height - 2 * margin) / bounds.height);
  return Math.min(most, Math.max(leastZoom, wanted));
}

function centred(bounds: Box, size: { readonly width: number; readonly height: number }, zoom: number): Viewport {
  return {
    x: size.width / 2 - (bounds.x + bounds.width / 2) * zoom,
    y: size.height / 2 - (bounds.y + bounds.height / 2) * zoom,
    zoom,
  };
}

type Aim = () => Promise<unknown>;

/** What is being brought into view; undefined when it is there, or someone has looked elsewhere. */
let aimed: Aim | undefined;

/** Brings something into view, anew where it has not stood at its place yet. */
async function aimAt(show: Aim): Promise<void> {
  aimed = show;
  await show();
  if (aimed === show && (await arrived()) && aimed === show) await show();
  if (aimed === show) aimed = undefined;
}

/** Someone moves the canvas: what was being brought into view is not looked for any more. */
export function dropAim(): void {
  aimed = undefined;
}

/** Shows all of these items, or of the whole workflow. */
export function fit(ids?: ReadonlySet<string>): void {
  void aimAt(async () => {
    const element = canvasElement();
    const chosen = [...boxes()].flatMap(([id, box]) => (ids === undefined || ids.has(id) ? [box] : []));
    const bounds = boundsOf(chosen);
    if (element === null || bounds === undefined) return;
    const size = { width: element.clientWidth, height: element.clientHeight };
    const viewport = centred(bounds, size, zoomFor(bounds, size, ids === undefined ? 1 : 1.25));
    await instance?.setViewport(viewport, { duration: moveMs });
  });
}

/** Moves the canvas, as little as is needed, so that an item can be seen, and is large enough to be read. */
export function reveal(id: string, isToBeRead = false, duration: number = moveMs): void {
  void aimAt(async () => revealNow(id, isToBeRead, duration));
}

async function revealNow(id: string, isToBeRead: boolean, duration: number): Promise<void> {
  const box = boxes().get(id);
  const element = canvasElement();
  if (box === undefined || element === null || instance === undefined) return;
  const { x, y, zoom } = instance.getViewport();
  const [isSmall, right, bottom] = [isToBeRead && zoom < 0.4, box.x + box.width, box.y + box.height];
  const isSeen =
    box.x * zoom + x >= 16 &&
    box.y * zoom + y >= 16 &&
    right * zoom + x <= element.clientWidth - 16 &&
    bottom * zoom + y <= element.clientHeight - 16;
  if (isSeen && !isSmall) return;
  await instance.setCenter(box.x + box.width / 2, box.y + box.height / 2, {
    zoom: isSmall ? 0.9 : zoom,
    duration,
  });
}

export function centreOn({ x, y }: Point): void {
  dropAim();
  void instance?.setCenter(x, y, { zoom: instance.getZoom() });
}

export function zoomBy(factor: number): void {
  dropAim();
  const zoom = instance?.getZoom() ?? 1;
  void instance?.zoomTo(Math.min(mostZoom, Math.max(leastZoom, zoom * factor)), { duration: 120 });
}

export function zoomTo(zoom: number): void {
  dropAim();
  void instance?.zoomTo(zoom, { duration: 120 });
}
