import { describe, expect, it } from 'vitest';

import { newWorkflowText, readDrawing, whyNotConnect, type Drawing } from '../../../src/core/workflow/edits/index.ts';
import { alignmentOf } from '../../../src/studio/web/canvas/alignment.ts';
import { nodeTypes } from '../../../src/core/workflow/types.ts';
import { registry } from '../../../src/core/workflow/nodes/registry.ts';
import { candidates, whyNothing } from '../../../src/studio/web/canvas/add/candidates.ts';
import { find } from '../../../src/studio/web/canvas/find/find.ts';
import { findingsOf } from '../../../src/studio/web/canvas/findings.ts';
import { subjectOf } from '../../../src/studio/web/document/findings.ts';
import { frameAround, freePlace, type Box } from '../../../src/studio/web/canvas/geometry.ts';
import { legalEnds, wireBetween, type WireStart } from '../../../src/studio/web/canvas/legality.ts';
import { readingOf } from '../../../src/studio/web/canvas/reading.ts';
import { shapeOf } from '../../../src/studio/web/canvas/shape.ts';
import { inOrder, neighbour, reachable } from '../../../src/studio/web/canvas/walk.ts';

const leading = drawn({
  nodes: [
    { id: 'ask', type: 'httpEndpoint', config: { path: '/chat' } },
    { id: 'look_up', type: 'pythonFunction', config: {} },
    { id: 'reply', type: 'response', config: {} },
  ],
  edges: [{ source: 'look_up', target: 'reply' }],
});

function drawn(file: object): Drawing {
  const drawing = readDrawing(JSON.stringify(file));
  if (drawing === undefined) throw new Error('It cannot be read');
  return drawing;
}

const chat = drawn({
  nodes: [
    { id: 'reply', type: 'response', label: 'Say it', config: { output: '{{ nodes.answer.output.content }}' } },
    { id: 'ask', type: 'httpEndpoint', config: { path: '/chat' } },
    {
      id: 'answer',
      type: 'openaiCompletion',
      config: { model: 'gpt-5.4-mini', messages: '{{ nodes.prompt.output }}' },
    },
    {
      id: 'prompt',
      type: 'promptTemplate',
      config: { messages: [{ role: 'user', content: 'Kindly: {{ input.q }}' }] },
    },
    { id: 'look_up', type: 'pythonFunction', config: {} },
  ],
  edges: [
    { source: 'ask', target: 'prompt' },
    { source: 'prompt', target: 'answer' },
    { source: 'answer', target: 'reply' },
    { source: 'answer', sourceHandle: 'function_call', target: 'look_up', targetHandle: 'tool' },
  ],
  notes: [{ id: 'why', text: 'Kind answers', position: { x: 0, y: 0 }, size: { width: 9, height: 9 } }],
});

describe('what can be added', () => {
  it('is a beginning first, and no second one', () => {
    const empty = drawn({ nodes: [], edges: [] });
    expect(candidates(empty, {})[0]).toBe('httpEndpoint');
    const triggers = nodeTypes.filter((type) => registry[type].role === 'trigger');
    expect(candidates(chat, {}).slice(-triggers.length).toSorted()).toEqual(triggers.toSorted());
  });

  it('is only what can be connected there', () => {
    expect(candidates(chat, { from: { source: 'answer', sourceHandle: 'stream' } })).toEqual(['response']);
    expect(candidates(chat, { from: { source: 'reply', sourceHandle: 'output' } })).toEqual([]);
    expect(candidates(chat, { to: { target: 'prompt', targetHandle: 'input' } })).not.toContain('response');
    // What leads on gives its result to no model.
    expect(candidates(chat, { to: { target: 'prompt', targetHandle: 'input' } })).toContain('openaiCompletion');
    expect(candidates(leading, { to: { target: 'look_up', targetHandle: 'tool' } })).toEqual([]);
    expect(whyNothing(leading, { to: { target: 'look_up', targetHandle: 'tool' } })).toContain(
      'leads on to other nodes',
    );
    expect(candidates(chat, { to: { target: 'look_up', targetHandle: 'tool' } })).toContain('openaiCompletion');
    const onEdge = candidates(chat, { onEdge: 0 });
    expect(onEdge).toContain('condition');
    expect(onEdge).not.toContain('httpEndpoint');
    expect(onEdge).not.toContain('response');
  });

  it('is narrowed by words, names before descriptions', () => {
    expect(candidates(chat, {}, 'python')[0]).toBe('pythonFunction');
    expect(candidates(chat, {}, 'open function')).toContain('openaiCompletion');
    expect(candidates(chat, {}, 'nothing of the kind')).toEqual([]);
  });
});

it('says of every handle what connecting says', () => {
  const starts: readonly WireStart[] = [
    { node: 'answer', handle: 'output', kind: 'source' },
    { node: 'answer', handle: 'stream', kind: 'source' },
    { node: 'answer', handle: 'function_call', kind: 'source' },
    { node: 'prompt', handle: 'input', kind: 'target' },
    { node: 'reply', handle: 'stream', kind: 'target' },
  ];
  let legal = 0;
  for (const start of starts) {
    const isLegal = legalEnds(chat, start);
    for (const node of chat.nodes) {
      const { inputs, outputs } = shapeOf(node, { inputs: new Set(), outputs: new Set() });
      for (const { id } of start.kind === 'source' ? inputs : outputs) {
        const reason = whyNotConnect(chat, wireBetween(start, node.id, id));
        expect([start.node, start.handle, node.id, id, isLegal(node.id, id)]).toEqual([
          start.node,
          start.handle,
          node.id,
          id,
          reason === undefined,
        ]);
        legal += Number(reason === undefined);
      }
    }
  }
  expect(legal).toBeGreaterThan(3);
});

describe('shapes', () => {
  const none = { inputs: new Set<string>(), outputs: new Set<string>() };

  it('have the main handles in the header and the others in rows', () => {
    const { inputs, outputs, height } = shapeOf({ known: 'openaiCompletion', type: 'openaiCompletion' }, none);
    expect(inputs.map(({ id, y }) => [id, y])).toEqual([['input', 28]]);
    expect(outputs.map(({ id, y }) => [id, y])).toEqual([
      ['output', 28],
      ['stream', 68],
      ['function_call', 92],
    ]);
    expect(height % 8).toBe(0);
  });

  it('have a place for handles that edges name and types do not have', () => {
    const used = { inputs: new Set(['input', 'gone']), outputs: new Set<string>() };
    const { inputs } = shapeOf({ known: 'response', type: 'response' }, used);
    expect(inputs.find(({ id }) => id === 'gone')?.isMissing).toBe(true);
    const strange = shapeOf({ known: undefined, type: 'teleport' }, used);
    expect(strange.inputs.map(({ id, isMissing }) => [id, isMissing])).toEqual([
      ['gone', true],
      ['input', true],
    ]);
  });
});

describe('going about', () => {
  const box = (x: number, y: number): Box => ({ x, y, width: 200, height: 56 });
  const boxes = new Map([
    ['ask', box(0, 0)],
    ['prompt', box(272, 0)],
    ['answer', box(544, 0)],
    ['reply', box(816, 0)],
    ['look_up', box(816, 200)],
  ]);

  it('follows edges to either side, the nearest in height first, and looks up and down', () => {
    expect(neighbour(chat, boxes, 'ask', 'right')).toBe('prompt');
    expect(neighbour(chat, boxes, 'answer', 'right')).toBe('reply');
    expect(neighbour(chat, boxes, 'answer', 'left')).toBe('prompt');
    expect(neighbour(chat, boxes, 'reply', 'down')).toBe('look_up');
    expect(neighbour(chat, boxes, 'ask', 'left')).toBeUndefined();
  });

  it('knows what comes before and after, and the order of a run', () => {
    expect([...reachable(chat, ['answer'], 'before')].toSorted()).toEqual(['answer', 'ask', 'prompt']);
    expect([...reachable(chat, ['answer'], 'after')].toSorted()).toEqual(['answer', 'look_up', 'reply']);
    expect(inOrder(chat)).toEqual(['ask', 'prompt', 'answer', 'reply', 'look_up']);
    const circle = drawn({
      nodes: [
        { id: 'a', type: 'condition' },
        { id: 'b', type: 'condition' },
      ],
      edges: [
        { source: 'a', target: 'b' },
        { source: 'b', target: 'a' },
      ],
    });
    expect(inOrder(circle)).toEqual(['a', 'b']);
  });

  it('finds text in ids, labels, types and configs, and in notes', () => {
    expect(find(chat, 'kind')).toEqual(['prompt', 'why']);
    expect(find(chat, 'SAY IT')).toEqual(['reply']);
    expect(find(chat, 'gpt-5.4')).toEqual(['answer']);
    expect(find(chat, '  ')).toEqual([]);
  });

  it('knows who reads whom', () => {
    const { reads, readers } = readingOf(chat, new Set(['answer']));
    expect([...reads]).toEqual(['prompt']);
    expect([...readers]).toEqual(['reply']);
  });
});

describe('places', () => {
  it('are free ones, below what is in the way', () => {
    const standing: readonly Box[] = [
      { x: 0, y: 0, width: 200, height: 100 },
      { x: 100, y: 120, width: 200, height: 56 },
    ];
    const place = freePlace(standing, { x: 8, y: 0, width: 200, height: 56 });
    expect(place).toEqual({ x: 8, y: 184 });
    expect(freePlace(standing, { x: 600, y: 0, width: 200, height: 56 })).toEqual({ x: 600, y: 0 });
  });

  it('of frames have room around their nodes', () => {
    const inside = { x: 13, y: 20, width: 200, height: 56 };
    const frame = frameAround([inside]);
    if (frame === undefined) throw new Error('There is no frame');
    expect(frame.x).toBeLessThan(inside.x - 8);
    expect(frame.y).toBeLessThan(inside.y - 32);
    expect(frame.x + frame.width).toBeGreaterThan(213 + 8);
    expect(frame.y + frame.height).toBeGreaterThan(76 + 8);
    expect(frameAround([])).toBeUndefined();
  });
});

it('sorts findings by what they are about', () => {
  const finding = {
    code: 'unknown_name',
    severity: 'error',
    message: '',
    range: { start: 0, end: 0, line: 1, column: 1 },
  } as const;
  const findings = [
    { ...finding, path: ['nodes', 2, 'config', 'model'] },
    { ...finding, path: ['edges', 3] },
    { ...finding, path: ['notes', 0, 'text'] },
    { ...finding, path: ['name'] },
  ] as unknown as Parameters<typeof findingsOf>[0];
  const { items, edges } = findingsOf(findings, chat);
  expect([...items.keys()].toSorted()).toEqual(['answer', 'why']);
  expect(edges.size).toBe(1);
  expect(subjectOf({ path: ['name'] }, chat)).toBeUndefined();
});
it('begins with a workflow whose every node has a shape', () => {
  for (const node of readDrawing(newWorkflowText('new'))?.nodes ?? [])
    expect(shapeOf(node, { inputs: new Set(), outputs: new Set() }).height).toBeGreaterThan(0);
});

describe('what is dragged', () => {
  const box = (x: number, y: number, width = 200, height = 80): Box => ({ x, y, width, height });

  it('is put in line with edges and middles that are near, and the lines are told', () => {
    const { by, guides } = alignmentOf(box(303, 96), [box(300, 400), box(0, 100, 200, 80)], 5);
    expect(by).toEqual({ x: -3, y: 4 });
    expect(guides.filter(({ axis }) => axis === 'x')).toEqual(
      [300, 400, 500].map((at) => ({ axis: 'x', at, from: 100, to: 480 })),
    );
    expect(guides.filter(({ axis }) => axis === 'y').map(({ at, from, to }) => [at, from, to])).toEqual([
      [100, 0, 500],
      [140, 0, 500],
      [180, 0, 500],
    ]);
  });

  it('goes to the nearest line, middles to middles, and stays where none is near', () => {
    expect(alignmentOf(box(302, 0, 100, 56), [box(300, 300), box(250, 500, 201)], 5).by).toEqual({ x: -1.5, y: 0 });
    expect(alignmentOf(box(310, 0), [box(300, 300)], 5)).toEqual({ by: { x: 0, y: 0 }, guides: [] });
    expect(alignmentOf(box(0, 47), [box(400, 0, 200, 100)], 5).by).toEqual({ x: 0, y: 0 });
    expect(alignmentOf(box(0, 12), [box(400, 0, 200, 100)], 5).by).toEqual({ x: 0, y: -2 });
  });
});
