import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import {
  addNode,
  connect,
  moveItems,
  moveProperty,
  newWorkflowText,
  readDrawing,
  removeItems,
  renameNode,
  setValue,
  type EditResult,
} from '../../src/core/workflow/edits/index.ts';
import { check, parse } from '../../src/core/workflow/index.ts';
import { fileIn } from './texts.ts';

const chat = readFileSync('examples/chat/chat.workflow.json', 'utf8');

function textOf(result: EditResult): string {
  if (!result.ok) throw new Error(result.reason);
  return result.text;
}

/** The lines that an edit takes out (-) and puts in (+). */
function changedLines(before: string, after: string): readonly string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  return [
    ...old.slice(start, old.length - end).map((line) => `-${line}`),
    ...now.slice(start, now.length - end).map((line) => `+${line}`),
  ];
}

const codesIn = (text: string): readonly string[] => {
  const parsed = parse(text);
  if (!parsed.ok) return parsed.diagnostics.map(({ code }) => code);
  return check(parsed.value, new Map()).diagnostics.map(({ code }) => code);
};

test('a node that is moved changes one line', () => {
  const moved = textOf(moveItems(chat, new Map([['answer', { x: 300.4, y: -0.2 }]])));
  expect(changedLines(chat, moved)).toEqual([
    '-      "position": { "x": 260, "y": 0 },',
    '+      "position": { "x": 300, "y": 0 },',
  ]);
});

test('a node that is added from an output is written as its neighbours are, and connected', () => {
  const added = addNode(chat, { type: 'response', from: { source: 'answer', sourceHandle: 'stream' } });
  expect(added).toMatchObject({ title: 'Add Response node', selected: ['reply_2'] });
  expect(textOf(added).split('\n').slice(-14)).toEqual(
    [
      '    {',
      '      "id": "reply_2",',
      '      "type": "response",',
      '      "position": { "x": 520, "y": 140 },',
      '      "config": { "output": "{{ nodes.answer.output.content }}" }',
      '    }',
      '  ],',
      '  "edges": [',
      '    { "source": "ask", "target": "answer" },',
      '    { "source": "answer", "target": "reply" },',
      '    { "source": "answer", "sourceHandle": "stream", "target": "reply", "targetHandle": "stream" },',
      '    { "source": "answer", "target": "reply_2" },',
      '    { "source": "answer", "sourceHandle": "stream", "target": "reply_2", "targetHandle": "stream" }',
      '  ]',
      '}',
      '',
    ].slice(-14),
  );
});

test('a node that is added on an edge stands between its ends', () => {
  const text = textOf(addNode(chat, { type: 'promptTemplate', onEdge: 0 }));
  const wires = readDrawing(text)?.edges.map(({ wire }) => `${wire.source} > ${wire.target}`);
  expect(wires).toEqual(['ask > prompt', 'answer > reply', 'answer > reply', 'prompt > answer']);
});

test('a node that is removed takes its edges along', () => {
  const drawing = readDrawing(textOf(removeItems(chat, { nodes: ['answer'] })));
  expect(drawing).toMatchObject({ nodes: [{ id: 'ask' }, { id: 'reply' }], edges: [] });
});

test('a node that is renamed is named so everywhere', () => {
  const text = textOf(renameNode(chat, 'answer', 'bot'));
  expect(text).toBe(chat.replaceAll('"answer"', '"bot"').replaceAll('nodes.answer', 'nodes.bot'));
});

test('what is connected already, or would go round, is refused with a reason', () => {
  const wire = { source: 'ask', sourceHandle: 'output', target: 'answer', targetHandle: 'input' };
  expect(connect(chat, wire)).toEqual({ ok: false, reason: 'These two are connected already.' });
  const back = { source: 'answer', sourceHandle: 'output', target: 'ask', targetHandle: 'input' };
  expect(connect(chat, back)).toMatchObject({ ok: false, reason: expect.stringContaining('starts the run') as string });
});

test('a value that is set makes what leads to it', () => {
  const text = textOf(setValue(chat, ['nodes', 0, 'config', 'budget', 'maxTokens'], 500));
  expect(text).toContain('"budget": { "maxTokens": 500 }');
  expect(textOf(setValue(text, ['nodes', 0, 'config', 'budget'], undefined))).toBe(chat);
});

test('a new workflow is sound', () => {
  expect(codesIn(newWorkflowText('hello'))).toEqual([]);
});

describe('a property that is put elsewhere', () => {
  const text =
    '{ "name": "a", "nodes": [{ "id": "x", "config": {\n  "one": 1,\n  "two": { "deep": [2] }, "three": "3"\n} }] }';
  const path = ['nodes', 0, 'config'];

  test('takes along how it is written, and leaves all else where it is', () => {
    expect(textOf(moveProperty(text, path, 'one', 'three'))).toBe(
      text.replace(
        '"one": 1,\n  "two": { "deep": [2] }, "three": "3"',
        '"two": { "deep": [2] },\n  "three": "3", "one": 1',
      ),
    );
    const there = textOf(moveProperty(text, path, 'three', 'two'));
    expect(Object.keys(fileIn(there).nodes?.[0]?.config ?? {})).toEqual(['one', 'three', 'two']);
    expect(textOf(moveProperty(there, path, 'three', 'two'))).toBe(text);
  });

  test('and one that is not there is refused', () => {
    expect(moveProperty(text, path, 'four', 'one')).toMatchObject({ ok: false });
    expect(moveProperty(text, ['nodes', 3], 'one', 'two')).toMatchObject({ ok: false });
  });
});
