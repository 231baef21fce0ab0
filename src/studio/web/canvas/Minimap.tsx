import { useStoreApi } from '@xyflow/react';
import { useEffect, useRef, type PointerEvent, type ReactNode } from 'react';

import { useLayout } from '../shell/layoutStore.ts';
import { useFlow } from './flowStore.ts';
import { boundsOf, type Box } from './geometry.ts';
import { centreOn } from './viewport.ts';

const [width, height, margin] = [176, 120, 6] as const;

/** While something is dragged, the map may lag a little behind it. */
const redrawMs = 100;

/** How the map shows the canvas: where its upper left corner is, and how many pixels one of the canvas is. */
interface MapScale {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** All nodes in a small picture, and the part that is seen. Drawn on one surface: a thousand elements would be slow to drag past. */
export function Minimap(): ReactNode {
  const surface = useRef<HTMLCanvasElement>(null);
  const seen = useRef<HTMLDivElement>(null);
  const scale = useRef<MapScale>({ x: 0, y: 0, scale: 1 });
  const store = useStoreApi();
  const theme = useLayout((state) => state.theme);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = (): void => {
      timer = undefined;
      const context = surface.current?.getContext('2d');
      if (context === null || context === undefined) return;
      scale.current = drawNodes(context);
      markSeen();
    };
    const markSeen = (): void => {
      const { transform, width: shownWidth, height: shownHeight } = store.getState();
      const [x, y, zoom] = transform;
      const map = scale.current;
      if (seen.current === null) return;
      const { style } = seen.current;
      style.transform = `translate(${(-x / zoom - map.x) * map.scale}px, ${(-y / zoom - map.y) * map.scale}px)`;
      style.width = `${(shownWidth / zoom) * map.scale}px`;
      style.height = `${(shownHeight / zoom) * map.scale}px`;
    };
    const redraw = (): void => {
      timer ??= setTimeout(draw, redrawMs);
    };
    draw();
    const ends = [useFlow.subscribe(redraw), store.subscribe(markSeen)];
    return () => {
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [store, theme]);
  const goThere = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons === 0) return;
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const map = scale.current;
    centreOn({ x: (event.clientX - left) / map.scale + map.x, y: (event.clientY - top) / map.scale + map.y });
  };
  return (
    <div
      role="img"
      aria-label="Map of the workflow"
      className="absolute right-3 bottom-3 z-10 @max-md:hidden overflow-hidden rounded-card border border-line bg-surface shadow-raised"
      style={{ width, height }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        goThere(event);
      }}
      onPointerMove={goThere}
    >
      <canvas ref={surface} width={width * 2} height={height * 2} className="size-full" />
      <div
        ref={seen}
        className="pointer-events-none absolute top-0 left-0 rounded-sm border border-accent bg-accent/8"
      />
    </div>
  );
}

function drawNodes(context: CanvasRenderingContext2D): MapScale {
  const { nodes } = useFlow.getState();
  const boxes = nodes.map(({ position, width: w = 0, height: h = 0 }): Box => ({ ...position, width: w, height: h }));
  const bounds = boundsOf(boxes) ?? { x: 0, y: 0, width: 1, height: 1 };
  const scale = Math.min((width - 2 * margin) / bounds.width, (height - 2 * margin) / bounds.height, 0.16);
  const x = bounds.x - (width / scale - bounds.width) / 2;
  const y = bounds.y - (height / scale - bounds.height) / 2;
  const style = getComputedStyle(document.documentElement);
  const [plain, chosen, pale] = ['--faint', '--accent', '--line'].map((name) => style.getPropertyValue(name));
  context.setTransform(2 * scale, 0, 0, 2 * scale, -2 * x * scale, -2 * y * scale);
  context.clearRect(x, y, width / scale, height / scale);
  nodes.forEach(({ type, selected }, index) => {
    const box = boxes[index];
    if (box === undefined) return;
    context.fillStyle = (selected === true ? chosen : type === 'step' ? plain : pale) ?? '';
    context.fillRect(box.x, box.y, box.width, box.height);
  });
  return { x, y, scale };
}
