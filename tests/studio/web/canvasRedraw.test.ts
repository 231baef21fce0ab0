import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { connect, moveItems, readDrawing, setValue, type Drawing } from '../../../src/core/workflow/edits/index.ts';
import { flowEdges, flowNodes, type FlowEdge, type FlowNode } from '../../../src/studio/web/canvas/flowModel.ts';
import { textOf } from '../../edits/texts.ts';

const text = readFileSync('examples/support-chat/support-chat.workflow.json', 'utf8');

interface Drawn {
  readonly drawing: Drawing;
  readonly nodes: FlowNode[];
  readonly edges: FlowEdge[];
}

function draw(file: string, last?: Drawn, selectedEdge?: number): Drawn {
  const drawing = readDrawing(file, last?.drawing);
  if (drawing === undefined) throw new Error('It cannot be read');
  const places = new Map(
    [...drawing.nodes, ...drawing.notes].map(({ id, position }) => [id, position ?? { x: 0, y: 0 }]),
  );
  const shown = { drawing, selection: new Set<string>(), selectedEdge, positionOf: (id: string) => places.get(id) };
  return {
    drawing,
    nodes: flowNodes(shown, last?.nodes ?? [], last?.drawing),
    edges: flowEdges(shown, last?.edges ?? [], last?.drawing),
  };
}

const changedIn = <Item extends { readonly id: string }>(before: readonly Item[], now: readonly Item[]): string[] =>
  now.filter((item) => !before.includes(item)).map(({ id }) => id);

test('a text that is drawn again leaves all as it is', () => {
  const first = draw(text);
  const again = draw(` ${text}`, first);
  expect(again.drawing.nodes).toBe(first.drawing.nodes);
  expect(again.nodes).toBe(first.nodes);
  expect(again.edges).toBe(first.edges);
});

test('of a change of one node only that node is drawn anew', () => {
  const first = draw(text);
  const index = first.drawing.nodes.findIndex(({ type }) => type === 'openaiCompletion');
  const id = first.drawing.nodes[index]?.id;
  const changed = draw(textOf(setValue(text, ['nodes', index, 'config', 'maxTokens'], 77)), first);
  expect(changedIn(first.nodes, changed.nodes)).toEqual([id]);
  expect(changed.edges).toBe(first.edges);
  const moved = draw(textOf(moveItems(text, new Map([[String(id), { x: 5, y: 7 }]]))), first);
  expect(changedIn(first.nodes, moved.nodes)).toEqual([id]);
  expect(moved.nodes.find((node) => node.id === id)?.position).toEqual({ x: 5, y: 7 });
});

test('an edge, another type and a selected edge show', () => {
  const file = {
    nodes: ['a', 'b', 'c'].map((id) => ({ id, type: id === 'a' ? 'condition' : 'promptTemplate', config: {} })),
    edges: [{ source: 'a', sourceHandle: 'true', target: 'b' }],
  };
  const first = draw(JSON.stringify(file));
  const wire = { source: 'b', sourceHandle: 'output', target: 'c', targetHandle: 'input' };
  const connected = draw(textOf(connect(JSON.stringify(file), wire)), first);
  expect(connected.edges).toHaveLength(2);
  // Each node knows which of its outputs are wired.
  expect(changedIn(first.nodes, connected.nodes)).toContain('b');
  const retyped = draw(
    JSON.stringify({ ...file, nodes: file.nodes.map((node) => ({ ...node, type: 'promptTemplate' })) }),
    first,
  );
  expect(first.edges[0]?.data?.kind).toBe('conditional');
  expect(retyped.edges[0]?.data?.kind).toBe('default');
  expect(draw(JSON.stringify(file), first, 0).edges[0]?.selected).toBe(true);
});
