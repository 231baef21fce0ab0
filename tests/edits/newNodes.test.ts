import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import {
  addNode,
  describeNode,
  newWorkflowText,
  readDrawing,
  removeItems,
  setValue,
} from '../../src/core/workflow/edits/index.ts';
import {
  check,
  nodeTypes,
  parse,
  registry,
  type Diagnostic,
  type Handle,
  type NodeDefinition,
} from '../../src/core/workflow/index.ts';
import { examples, textOf } from './texts.ts';

function errorsIn(text: string): readonly Diagnostic[] {
  const parsed = parse(text);
  const { diagnostics } = parsed.ok ? check(parsed.value, new Map()) : parsed;
  return diagnostics.filter(({ severity }) => severity === 'error');
}

/**
 * Of these the files, the durable run and the approval are not there in this test; a second trigger is one wherever it stands, an answer in a body is none, and
 * what a text may be, or which fields items have, is not looked at.
 */
const unavoidable = [
  'needs-durable-run',
  'unknown-approval',
  'approval-link-place',
  'file-not-found',
  'several-triggers',
  'response-in-body',
  'unreachable-case',
  'no-such-field',
];

const chat = readFileSync('examples/chat/chat.workflow.json', 'utf8');

describe.each(nodeTypes)('a new node of the type %s', (type) => {
  const definition: NodeDefinition = registry[type];

  test('starts with a config of the right form, and can be described', () => {
    const added = addNode(chat, { type });
    const node = readDrawing(textOf(added))?.nodes.find(({ id }) => added.ok && added.selected.includes(id));
    if (node === undefined) throw new Error('not there');
    expect(definition.configSchema.safeParse(node.config).success).toBe(true);
    expect(describeNode(node).title).toBe(node.id);
    expect(describeNode(node).subtitle).toMatch(/^[^\n]{0,81}$/);
    expect(node.id).toMatch(/^[a-z]+(_[a-z0-9]+)*$/);
  });

  test('reads what is there where it is added', () => {
    for (const [, example] of examples) {
      const drawing = readDrawing(example);
      for (const { id, known } of drawing?.nodes ?? []) {
        const outputs: readonly Handle[] = known === undefined ? [] : registry[known].outputs;
        for (const { id: sourceHandle } of outputs) {
          const added = addNode(example, { type, from: { source: id, sourceHandle } });
          if (!added.ok) continue;
          const all = errorsIn(added.text);
          // Nothing leads out of a body but its result.
          if (all.some(({ code }) => code === 'mixed-body')) continue;
          const found = all.filter(({ code, path }) => !unavoidable.includes(code) && path[0] === 'nodes');
          const own = found.filter(({ path }) => path[1] === drawing?.nodes.length);
          expect({ from: `${id}.${sourceHandle}`, own }).toEqual({
            from: `${id}.${sourceHandle}`,
            own: [],
          });
        }
      }
    }
  });
});

test('a model takes messages where there are some, and the text of the caller elsewhere', () => {
  const text = textOf(
    addNode(newWorkflowText('new'), { type: 'promptTemplate', from: { source: 'request', sourceHandle: 'output' } }),
  );
  const asking = textOf(
    addNode(text, { type: 'openaiCompletion', from: { source: 'prompt', sourceHandle: 'output' } }),
  );
  expect(
    readDrawing(asking)
      ?.nodes.slice(-2)
      .map(({ config }) => config),
  ).toEqual([
    { messages: [{ role: 'user', content: '{{ input.message }}' }] },
    { model: 'gpt-5.4', messages: '{{ nodes.prompt.output }}' },
  ]);
  const optional = textOf(
    setValue(newWorkflowText('new'), ['nodes', 0, 'config', 'inputSchema', 'required'], undefined),
  );
  expect(readDrawing(textOf(addNode(optional, { type: 'openaiCompletion' })))?.nodes.at(-1)?.config).toMatchObject({
    prompt: "{{ input.message | default('') }}",
  });
});

test('a node stands beside others, not upon them', () => {
  let text = newWorkflowText('new');
  for (let count = 0; count < 5; count += 1)
    text = textOf(addNode(text, { type: 'condition', from: { source: 'request', sourceHandle: 'output' } }));
  const places = readDrawing(text)?.nodes.map(({ position }) => `${position?.x} ${position?.y}`);
  expect(new Set(places).size).toBe(7);
});

test('what is refused says why', () => {
  const reasons = [
    addNode(chat, { type: 'response', id: 'a b' }),
    addNode(chat, { type: 'response', id: 'answer' }),
    addNode(chat, { type: 'response', onEdge: 99 }),
    addNode(chat, { type: 'condition', onEdge: 2 }),
    addNode(chat, { type: 'httpEndpoint', from: { source: 'answer', sourceHandle: 'output' } }),
    addNode(chat, { type: 'response', to: { target: 'reply', targetHandle: 'input' } }),
    addNode(chat, { type: 'response', from: { source: 'reply', sourceHandle: 'output' } }),
    addNode(chat, { type: 'promptTemplate', from: { source: 'nobody', sourceHandle: 'output' } }),
    addNode('{"nodes": 5}', { type: 'response' }),
    addNode(chat.replace('"edges"', 'edges'), { type: 'response' }),
    addNode('[]', { type: 'response' }),
  ].map((result) => (result.ok ? result.title : result.reason));
  expect(reasons).toMatchInlineSnapshot(`
    [
      "a b cannot be the id of a node.",
      "The id answer is taken.",
      "This edge is not there any more.",
      "A stream goes into an input that takes streams.",
      "request starts the run; nothing comes before it.",
      "Response has no output for this input.",
      "reply answers the caller; nothing comes after it.",
      "There is no node nobody.",
      "The lists of nodes and edges of this file have another form. Mend its text first.",
      "The file is no JSON in line 45. Mend its text first, then it can be edited here.",
      "The file is no workflow: a JSON object is expected.",
    ]
  `);
});

test('an edge is split by what fits in', () => {
  const text = textOf(addNode(textOf(removeItems(chat, { edges: [2] })), { type: 'condition', onEdge: 1 }));
  expect(readDrawing(text)?.edges.map(({ wire }) => wire)).toEqual([
    { source: 'ask', sourceHandle: 'output', target: 'answer', targetHandle: 'input' },
    { source: 'answer', sourceHandle: 'output', target: 'decide', targetHandle: 'input' },
    { source: 'decide', sourceHandle: 'true', target: 'reply', targetHandle: 'input' },
  ]);
});

test('no gesture knows a node type: what there is to know is in the definitions', () => {
  const folder = 'src/core/workflow/edits';
  for (const name of readdirSync(folder)) {
    const code = readFileSync(join(folder, name), 'utf8');
    for (const type of nodeTypes.filter((each) => each !== 'response' && each !== 'condition'))
      expect(code, name).not.toMatch(new RegExp(`'${type}'|\\.${type}\\b`));
    // Roles have these names too.
    expect(code.replaceAll("'response'", ''), name).not.toMatch(/\.response\b|'condition'/);
  }
});
