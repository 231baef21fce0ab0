import { Position } from '@xyflow/react';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { readDrawing, type Drawing, type Point } from '../../../src/core/workflow/edits/index.ts';
import { heightBelow, laneAround, wirePath } from '../../../src/studio/web/canvas/edges/wirePath.ts';
import { nodeWidth } from '../../../src/studio/web/canvas/geometry.ts';
import { layoutAll, placeMissing, tidy } from '../../../src/studio/web/canvas/layout/layout.ts';
import { layoutGraph } from '../../../src/studio/web/canvas/layout/layoutGraph.ts';

function example(name: string): Drawing {
  const path = join(import.meta.dirname, '..', '..', '..', 'examples', name, `${name}.workflow.json`);
  const drawing = readDrawing(readFileSync(path, 'utf8'));
  if (drawing === undefined) throw new Error(`${name} cannot be read`);
  return drawing;
}

const nowhere = (): undefined => undefined;

function at(places: ReadonlyMap<string, Point>, id: string): Point {
  const place = places.get(id);
  if (place === undefined) throw new Error(`${id} has no place`);
  return place;
}

describe.each(['chat', 'support-chat', 'help-desk', 'second-opinion'])('the layout of %s', (name) => {
  const drawing = example(name);
  const graph = layoutGraph(drawing, nowhere);
  const places = layoutAll(graph);

  it('goes from left to right and lets no two nodes touch', () => {
    for (const { wire } of drawing.edges)
      expect(at(places, wire.target).x).toBeGreaterThanOrEqual(at(places, wire.source).x + nodeWidth + 40);
    const boxes = graph.nodes.map(({ id, height }) => ({ ...at(places, id), height }));
    for (const [index, one] of boxes.entries())
      for (const other of boxes.slice(index + 1)) {
        const isApart =
          Math.abs(one.x - other.x) >= nodeWidth || one.y + one.height <= other.y || other.y + other.height <= one.y;
        expect(isApart).toBe(true);
      }
  });

  it('is the same each time, on the grid', () => {
    expect([...layoutAll(graph)]).toEqual([...places]);
    for (const { x, y } of places.values()) expect([x % 8, y % 8].map(Math.abs)).toEqual([0, 0]);
  });
});

it('puts branches in the order of their handles', () => {
  const drawing = example('help-desk');
  const places = layoutAll(layoutGraph(drawing, nowhere));
  // `true` leads to answer, `false` to handed_on; the answer comes before the tool.
  expect(at(places, 'answer').y).toBeLessThan(at(places, 'handed_on').y);
});

it('puts nodes without a place beside those that stand somewhere, and leaves these alone', () => {
  const drawing = example('chat');
  const standing = new Map([['answer', { x: 1000, y: 400 }]]);
  const places = placeMissing(layoutGraph(drawing, (id) => standing.get(id)));
  expect([...places.keys()].toSorted()).toEqual(['ask', 'reply']);
  expect(at(places, 'ask').y).toBe(400);
  expect(at(places, 'ask').x).toBeLessThan(1000 - nodeWidth);
  expect(at(places, 'reply').x).toBeGreaterThan(1000 + nodeWidth);
});

it('tidies nodes up where they are, and keeps their order from top to bottom', () => {
  const drawing = example('second-opinion');
  const crooked = new Map(
    drawing.nodes.map(({ id }, index) => [id, { x: 3000 + index * 31, y: 500 + ((index * 7) % 5) * 13 }] as const),
  );
  // A person put `cons` above `pros`.
  crooked.set('cons', { x: 3100, y: 480 });
  crooked.set('pros', { x: 3100, y: 900 });
  const places = tidy(layoutGraph(drawing, (id) => crooked.get(id)));
  const all = [...places.values()];
  expect(Math.min(...all.map(({ x }) => x))).toBe(3000);
  expect(Math.min(...all.map(({ y }) => y))).toBe(480);
  expect(at(places, 'cons').y).toBeLessThan(at(places, 'pros').y);
  const again = tidy(layoutGraph(drawing, (id) => places.get(id)));
  for (const [id, place] of again) expect(place).toEqual(at(places, id));
});

it('takes a wire that leads back round below its ends, as out of a loop', () => {
  const ends = { sourcePosition: Position.Right, targetPosition: Position.Left, sourceY: 40, targetY: 100 };
  const [, , labelY] = wirePath({ ...ends, sourceX: 500, targetX: 100 }, undefined);
  expect(labelY).toBeGreaterThan(100);
  const [, , ahead] = wirePath({ ...ends, sourceX: 100, targetX: 500 }, undefined);
  expect(ahead).toBe(70);
  const body = [
    { x: 100, y: 0, width: 200, height: 100 },
    { x: 320, y: 90, width: 200, height: 200 },
  ];
  expect(heightBelow(body, { ...ends, sourceX: 500, targetX: 100 })).toBeGreaterThan(290 + 20);
});

it('takes a wire that leads far back past nodes that its own length would bring it to', () => {
  const ends = { sourcePosition: Position.Right, targetPosition: Position.Left, sourceY: 0, targetY: 0 };
  for (let y = 60; y < 200; y += 4) {
    const box = { x: 700, y, width: 200, height: 100 };
    const height = heightBelow([box], { ...ends, sourceX: 2400, targetX: 100 });
    expect(height < y || height > y + box.height, `a node at ${y}, the wire at ${height}`).toBe(true);
  }
});

it('takes a long wire round the nodes that it would lie under, the nearest way, and no other', () => {
  const ends = { sourcePosition: Position.Right, targetPosition: Position.Left, sourceX: 0, targetX: 600 };
  const tool = { x: 80, y: 0, width: 200, height: 80 };
  const above = { x: 80, y: -200, width: 200, height: 150 };
  const through = { ...ends, sourceY: 60, targetY: -10 };
  expect(laneAround([tool, above], through)).toEqual({ height: -12, from: 68, to: 292 });
  const [path, , height] = wirePath(through, laneAround([tool, above], through));
  expect(path).toContain('68 -12 L 292 -12');
  expect(height).toBe(-12);
  // No room between the two: below both, and below what the node tells of a run.
  expect(laneAround([tool, { ...above, height: 190 }], through)?.height).toBe(80 + 36);
  expect(laneAround([tool], { ...ends, sourceY: -60, targetY: -60 })).toBeUndefined();
  expect(laneAround([{ ...tool, x: 550 }], through)).toBeUndefined();
});

it('puts what follows a loop behind its body, also where that ends with a loop', () => {
  const path = join(import.meta.dirname, '..', 'odd-loops.workflow.json');
  const drawing = readDrawing(readFileSync(path, 'utf8'));
  if (drawing === undefined) throw new Error('it cannot be read');
  const places = layoutAll(layoutGraph(drawing, nowhere));
  const order = ['ask', 'rows', 'cells', 'odd', 'others', 'other', 'reply'].map((id) => at(places, id).x);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(new Set(order).size).toBe(order.length);
});

it('places thousands of nodes without delay, also of chains and circles, from left to right and apart', () => {
  const nodes = Array.from({ length: 3000 }, (_, index) => ({
    id: `n${index}`,
    height: 56 + 32 * (index % 3),
    line: 28,
    ...(index % 50 < 2 && { group: `g${Math.floor(index / 50)}` }),
  }));
  // Branches of different lengths, some of which meet again; and one that leads back.
  const edges = nodes.slice(1).flatMap((_, index) => {
    const target = `n${index + 1}`;
    const sources = [Math.max(0, index - (index % 9)), ...(index % 7 === 0 ? [Math.floor(index / 2)] : [])];
    return sources.map((source) => ({ source: `n${source}`, target }));
  });
  edges.push({ source: 'n2900', target: 'n2000' });
  const began = process.cpuUsage();
  const places = layoutAll({ nodes, edges });
  const { user, system } = process.cpuUsage(began);
  expect(user + system).toBeLessThan(1_000_000);
  expect(places.size).toBe(nodes.length);
  for (const { source, target } of edges.slice(0, -1))
    expect(at(places, target).x).toBeGreaterThan(at(places, source).x + nodeWidth);
  const columns = new Map<number, { readonly top: number; readonly bottom: number }[]>();
  for (const { id, height } of nodes) {
    const { x, y } = at(places, id);
    columns.set(x, [...(columns.get(x) ?? []), { top: y, bottom: y + height }]);
  }
  for (const column of columns.values()) {
    const sorted = column.toSorted((a, b) => a.top - b.top);
    for (const [index, { bottom }] of sorted.entries())
      expect(sorted[index + 1]?.top ?? Infinity).toBeGreaterThanOrEqual(bottom);
  }
});
