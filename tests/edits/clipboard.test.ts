import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import {
  addNote,
  copyItems,
  duplicate,
  groupNodes,
  newWorkflowText,
  paste,
  readDrawing,
  removeItems,
} from '../../src/core/workflow/edits/index.ts';
import { textOf } from './texts.ts';

const chat = readFileSync('examples/chat/chat.workflow.json', 'utf8');
const wires = (text: string): readonly string[] =>
  (readDrawing(text)?.edges ?? []).map(
    ({ wire }) => `${wire.source}.${wire.sourceHandle} > ${wire.target}.${wire.targetHandle}`,
  );
const ids = (text: string): readonly string[] => (readDrawing(text)?.nodes ?? []).map(({ id }) => id);
const outputsOf = (text: string) => (readDrawing(text)?.nodes ?? []).map(({ config }) => config['output']);

test('what is copied is pasted under ids that are free, and names its own', () => {
  const text = textOf(paste(chat, copyItems(chat, ['answer', 'reply'])));
  expect(ids(text)).toEqual(['ask', 'answer', 'reply', 'answer_2', 'reply_2']);
  expect(wires(text).slice(3)).toEqual(['answer_2.output > reply_2.input', 'answer_2.stream > reply_2.stream']);
  expect(outputsOf(text).at(-1)).toBe('{{ nodes.answer_2.output.content }}');
  expect(outputsOf(text)[2]).toBe('{{ nodes.answer.output.content }}');
  const positions = readDrawing(text)?.nodes.map(({ position }) => position);
  expect(positions?.slice(3)).toEqual([
    { x: 300, y: 40 },
    { x: 560, y: 40 },
  ]);
});

test('a lone node that is pasted goes on naming those of the file', () => {
  const text = textOf(duplicate(chat, ['reply']));
  expect(outputsOf(text).at(-1)).toBe('{{ nodes.answer.output.content }}');
  expect(wires(text)).toEqual(wires(chat));
});

test('what was cut comes back with its edges', () => {
  const cut = textOf(removeItems(chat, { nodes: ['answer'] }));
  const back = textOf(paste(cut, copyItems(chat, ['answer']), { keepWires: true }));
  expect(wires(back).toSorted()).toEqual(wires(chat).toSorted());
  expect(wires(textOf(paste(cut, copyItems(chat, ['answer']))))).toEqual([]);
});

test('edges that would be illegal where they are pasted stay away', () => {
  const text = textOf(
    paste(newWorkflowText('other').replaceAll('"request"', '"answer"'), copyItems(chat, ['ask']), { keepWires: true }),
  );
  // There `answer` is a trigger, into which nothing leads.
  expect(wires(text)).toEqual(['answer.output > reply.input']);
});

test('a whole file can be pasted, and a node by itself', () => {
  expect(ids(textOf(paste(newWorkflowText('other'), chat)))).toEqual(['request', 'reply', 'ask', 'answer', 'reply_2']);
  const node = '{"type": "condition", "config": {"expression": "{{ true }}"}}';
  const text = textOf(paste(chat, node, { at: { x: 7.4, y: 8 } }));
  expect(ids(text).at(-1)).toBe('decide');
  expect(text).toContain('"config": { "expression": "{{ true }}" }');
});

test('notes and groups are copied too, groups with those of their nodes that are', () => {
  const place = { position: { x: 0, y: 0 }, size: { width: 500, height: 200 } };
  const grouped = textOf(groupNodes(chat, ['ask', 'answer'], { title: 'First', ...place }));
  const text = textOf(addNote(grouped, { text: 'Beware', position: { x: 1.6, y: 2 }, color: 'blue' }));
  expect(readDrawing(textOf(duplicate(text, ['group', 'note', 'answer'])))?.notes).toEqual([
    { id: 'group', text: 'First', ...place, nodes: ['ask', 'answer'] },
    { id: 'note', text: 'Beware', position: { x: 2, y: 2 }, size: { width: 240, height: 160 }, color: 'blue' },
    { id: 'group_2', text: 'First', position: { x: 40, y: 40 }, size: place.size, nodes: ['answer_2'] },
    { id: 'note_2', text: 'Beware', position: { x: 42, y: 42 }, size: { width: 240, height: 160 }, color: 'blue' },
  ]);
  expect(readDrawing(textOf(removeItems(text, { nodes: ['ask'] })))?.notes[0]?.nodes).toEqual(['answer']);
  const again = textOf(groupNodes(text, ['answer', 'reply'], { title: 'Second', ...place }));
  expect(readDrawing(again)?.notes.map(({ nodes }) => nodes)).toEqual([['ask'], undefined, ['answer', 'reply']]);
});

test('what must not be pasted is refused with a reason', () => {
  const hostile = [
    '{"nodes": [{"type": "response", "config": {"__proto__": {"polluted": true}}}]}',
    '{"type": "response", "constructor": 1}',
    '{"nodes": [{"type": "response", "config": {"output": {"prototype": 1}}}]}',
    `{"type": "response", "config": ${'['.repeat(200)}${']'.repeat(200)}}`,
    '['.repeat(100_000),
    JSON.stringify({ type: 'response', config: { output: 'x'.repeat(4_000_000) } }),
    'Hello!',
    '{"nodes": [',
    '{"nodes": []}',
    '[1, 2, null]',
    '',
  ];
  const reasons = hostile.map((clipboard) => {
    const result = paste(chat, clipboard);
    return result.ok ? result.text : result.reason;
  });
  expect(reasons).toMatchInlineSnapshot(`
    [
      "This has a key “__proto__”, which is not allowed in workflow files.",
      "This has a key “constructor”, which is not allowed in workflow files.",
      "This has a key “prototype”, which is not allowed in workflow files.",
      "This is nested more than 100 levels deep, which no workflow may be.",
      "This is nested more than 100 levels deep, which no workflow may be.",
      "This is too much to paste: more than 4 MB.",
      "This is no workflow and no node: paste the JSON of one.",
      "This is no JSON. Paste nodes that were copied, a whole workflow file, or one node.",
      "There are no nodes in this. Paste nodes that were copied, a whole workflow file, or one node.",
      "There are no nodes in this. Paste nodes that were copied, a whole workflow file, or one node.",
      "This is no workflow and no node: paste the JSON of one.",
    ]
  `);
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
});
