import { expect, test } from 'vitest';

import {
  addNode,
  addNote,
  connect,
  moveItems,
  removeItems,
  setDisabled,
  setLabel,
  setValue,
} from '../../src/core/workflow/edits/index.ts';
import { textOf } from './texts.ts';

const wire = { source: 'a', sourceHandle: 'output', target: 'b', targetHandle: 'input' };

/** Line ends and indentation that do not show. */
const shown = (text: string): string => text.replaceAll('\r', '␍').replaceAll('\t', '→').replaceAll('\uFEFF', '[BOM]');

test('in a file of one line everything stays in it', () => {
  const text = '{"name":"x","nodes":[{"id":"a","type":"condition"}]}';
  expect(
    textOf(addNode(text, { type: 'response', from: { source: 'a', sourceHandle: 'true' } })),
  ).toMatchInlineSnapshot(
    `"{"name":"x","nodes":[{"id":"a","type":"condition"},{"id":"reply","type":"response","position":{"x":0,"y":0},"config":{"output":"Hello"}}],"edges":[{"source":"a","sourceHandle":"true","target":"reply"}]}"`,
  );
  expect(textOf(setLabel(text, 'a', 'First'))).toMatchInlineSnapshot(
    `"{"name":"x","nodes":[{"id":"a","type":"condition","label":"First"}]}"`,
  );
  expect(textOf(addNode('{ "nodes": [] }', { type: 'condition' }))).toMatchInlineSnapshot(
    `"{ "nodes": [{ "id": "decide", "type": "condition", "position": { "x": 0, "y": 0 }, "config": { "expression": "{{ true }}" } }] }"`,
  );
  expect(textOf(addNode('{}', { type: 'condition' }))).toMatchInlineSnapshot(`
    "{
      "nodes": [
        {
          "id": "decide",
          "type": "condition",
          "position": { "x": 0, "y": 0 },
          "config": { "expression": "{{ true }}" }
        }
      ]
    }"
  `);
});

test('tabs, CRLF and a byte order mark are kept', () => {
  const text =
    '\uFEFF{\r\n\t"name": "x",\r\n\t"nodes": [\r\n\t\t{\r\n\t\t\t"id": "a",\r\n\t\t\t"type": "condition"\r\n\t\t}\r\n\t]\r\n}\r\n';
  const added = textOf(
    addNode(text, { type: 'response', from: { source: 'a', sourceHandle: 'true' }, position: { x: 1, y: 2 } }),
  );
  expect(shown(added)).toMatchInlineSnapshot(`
    "[BOM]{␍
    →"name": "x",␍
    →"nodes": [␍
    →→{␍
    →→→"id": "a",␍
    →→→"type": "condition"␍
    →→},␍
    →→{␍
    →→→"id": "reply",␍
    →→→"type": "response",␍
    →→→"position": { "x": 1, "y": 2 },␍
    →→→"config": { "output": "Hello" }␍
    →→}␍
    →],␍
    →"edges": [␍
    →→{ "source": "a", "sourceHandle": "true", "target": "reply" }␍
    →]␍
    }␍
    "
  `);
});

const table = `{
  "name": "x",
  "nodes": [
    { "id": "a", "type": "condition", "config": { "expression": "{{ true }}" } },
    { "id": "b", "type": "response", "config": { "output": "" } }
  ],
  "edges": [],
  "notes": []
}
`;

test('nodes that stand in a line each go on doing so', () => {
  const added = textOf(addNode(table, { type: 'response', position: { x: 0, y: 0 } }));
  const moved = textOf(moveItems(added, new Map([['b', { x: 9, y: 9 }]])));
  const connected = textOf(connect(textOf(setDisabled(moved, ['a'], true)), { ...wire, sourceHandle: 'false' }));
  expect(textOf(addNote(connected, { text: 'Why?', position: { x: 0, y: 0 } }))).toMatchInlineSnapshot(`
    "{
      "name": "x",
      "nodes": [
        { "id": "a", "type": "condition", "disabled": true, "config": { "expression": "{{ true }}" } },
        { "id": "b", "type": "response", "position": { "x": 9, "y": 9 }, "config": { "output": "" } },
        { "id": "reply", "type": "response", "position": { "x": 0, "y": 0 }, "config": { "output": "Hello" } }
      ],
      "edges": [
        { "source": "a", "sourceHandle": "false", "target": "b" }
      ],
      "notes": [
        {
          "id": "note",
          "text": "Why?",
          "position": { "x": 0, "y": 0 },
          "size": { "width": 240, "height": 160 }
        }
      ]
    }
    "
  `);
});

test('a list that is emptied is an empty list, a line that is removed leaves none', () => {
  const one = textOf(connect(table, { ...wire, sourceHandle: 'true' }));
  expect(textOf(removeItems(one, { edges: [0] }))).toBe(table);
  expect(textOf(removeItems(table, { nodes: ['a', 'b'] }))).toContain('"nodes": [],\n');
  expect(textOf(removeItems(table, { nodes: ['a'] })).split('\n')).toEqual(
    table.split('\n').filter((line) => !line.includes('"a"')),
  );
  expect(textOf(removeItems(table, { nodes: ['b'] })).split('\n')).toEqual(
    table
      .replace(' } },\n', ' } }\n')
      .split('\n')
      .filter((line) => !line.includes('"b"')),
  );
});

const config = `{
  "nodes": [
    {
      "config": {
        "temperature": 0.5,
        "messages": [
          { "role": "system", "content": "Be brief." },
          { "role": "user", "content": "{{ input.message }}" }
        ],
        "tools": []
      },
      "type": "openaiCompletion",
      "id": "a"
    }
  ]
}
`;
const path = ['nodes', 0, 'config'];

test('a value comes where one would look for it', () => {
  let text = textOf(setValue(config, [...path, 'model'], 'gpt-5.4'));
  text = textOf(setValue(text, [...path, 'maxTokens'], 100));
  text = textOf(setValue(text, [...path, 'messages', 1], { role: 'assistant', content: 'Yes?' }));
  text = textOf(setValue(text, [...path, 'messages', 2], { role: 'user', content: 'No.' }));
  text = textOf(setValue(text, [...path, 'responseFormat', 'type'], 'json_object'));
  text = textOf(
    setValue(
      text,
      [...path, 'tools'],
      [{ name: 'find', parameters: { type: 'object', properties: { id: { type: 'string' } } } }],
    ),
  );
  text = textOf(setDisabled(text, ['a'], true));
  expect(text).toMatchInlineSnapshot(`
    "{
      "nodes": [
        {
          "config": {
            "model": "gpt-5.4",
            "temperature": 0.5,
            "messages": [
              { "role": "system", "content": "Be brief." },
              { "role": "assistant", "content": "Yes?" },
              { "role": "user", "content": "No." }
            ],
            "maxTokens": 100,
            "responseFormat": { "type": "json_object" },
            "tools": [
              {
                "name": "find",
                "parameters": {
                  "type": "object",
                  "properties": { "id": { "type": "string" } }
                }
              }
            ]
          },
          "type": "openaiCompletion",
          "id": "a",
          "disabled": true
        }
      ]
    }
    "
  `);
});

test('of a list only the items change that do', () => {
  const [system, user] = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: '{{ input.message }}' },
  ];
  const between = { role: 'assistant', content: 'Hello' };
  const inserted = textOf(setValue(config, [...path, 'messages'], [system, between, user]));
  expect(inserted).toBe(
    config.replace(
      '          { "role": "user"',
      '          { "role": "assistant", "content": "Hello" },\n          { "role": "user"',
    ),
  );
  expect(textOf(setValue(inserted, [...path, 'messages'], [system, user]))).toBe(config);
  expect(textOf(setValue(config, [...path, 'messages'], [user]))).toBe(
    config.replace('          { "role": "system", "content": "Be brief." },\n', ''),
  );
});
