import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { RunUpdate } from '../../src/studio/protocol/index.ts';
import { ofKind, RunsStudio, stateOf } from './runsStudio.ts';

const file = 'outside.workflow.json';
let studio: RunsStudio;
let server: Server;
let text: string;
const asked: string[] = [];

beforeAll(async () => {
  studio = await RunsStudio.open({ ALLOW_PRIVATE_ADDRESSES: '1' });
  server = createServer((request, response) => {
    const word = new URL(request.url ?? '', 'http://localhost').searchParams.get('word') ?? '';
    asked.push(word);
    response.writeHead(200, { 'content-type': 'application/json' });
    const turn = word === 'one' ? Promise.all([sleep(150), twoHaveEnded(response)]) : sleep(10);
    void turn.then(() => response.end(JSON.stringify({ word })));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  text = JSON.stringify({
    version: 1,
    name: 'outside',
    nodes: [
      {
        id: 'ask',
        type: 'httpEndpoint',
        config: {
          path: '/outside',
          inputSchema: {
            type: 'object',
            required: ['words'],
            properties: { words: { type: 'array', items: { type: 'string' } } },
          },
        },
      },
      { id: 'each', type: 'loop', config: { items: '{{ input.words }}', concurrency: 3 } },
      {
        id: 'look',
        type: 'httpRequest',
        config: { url: `http://127.0.0.1:${port}/`, query: { word: '{{ nodes.each.item }}' } },
      },
      {
        id: 'embed',
        type: 'embeddingGenerate',
        config: { provider: 'openai', model: 'text-embedding-3-small', input: '{{ input.words }}', dimensions: 4 },
      },
      {
        id: 'reply',
        type: 'response',
        config: { output: { found: '{{ nodes.each.output }}', vectors: '{{ nodes.embed.output.embeddings }}' } },
      },
    ],
    edges: [
      { source: 'ask', target: 'each' },
      { source: 'each', sourceHandle: 'item', target: 'look' },
      { source: 'look', target: 'each', targetHandle: 'result' },
      { source: 'each', target: 'embed' },
      { source: 'embed', target: 'reply' },
    ],
  });
});

afterAll(async () => {
  await studio.remove();
  server.close();
});

/** Waits until two items of the run that goes on have been looked up, so that the first is answered last. */
async function twoHaveEnded(response: ServerResponse): Promise<void> {
  const run = studio.events.findLast((event) => event.type === 'run')?.run ?? '';
  const ended = (): number => ofKind(studio.updates(run), 'node_ended').filter(({ node }) => node === 'look').length;
  while (ended() < 2 && !response.destroyed) await sleep(10);
}

const input = { words: ['one', 'two', 'three'] };

function outputOf(updates: readonly RunUpdate[]): { found: { body: { word: string } }[]; vectors: unknown } {
  const { data } = ofKind(updates, 'event').findLast(({ event }) => event === 'done' || event === 'answer') ?? {};
  return (data as { output: ReturnType<typeof outputOf> }).output;
}
const words = (updates: readonly RunUpdate[]): readonly string[] =>
  outputOf(updates).found.map(({ body }) => body.word);

test('what requests and embeddings gave is replayed item by item, is pinned, and asks nobody', async () => {
  const run = await studio.start({ file, text, input });
  await studio.ended(run);
  const updates = studio.updates(run);
  expect(stateOf(updates)).toMatchObject({ state: 'done' });
  expect(words(updates)).toEqual(input.words);
  const looked = ofKind(updates, 'node_ended').filter(({ node }) => node === 'look');
  expect(new Set(looked.map(({ items }) => items?.[0]?.index))).toEqual(new Set([0, 1, 2]));
  expect(looked.at(-1)?.items).toEqual([{ node: 'each', index: 0 }]);
  expect(ofKind(updates, 'item_started').map(({ value }) => value)).toEqual(input.words);

  const again = await studio.run({ file, text, input, replay: { run } });
  expect(outputOf(again)).toEqual(outputOf(updates));
  expect(ofKind(again, 'note')).toEqual([]);

  const value = ofKind(updates, 'node_ended').find(({ node }) => node === 'embed')?.value;
  const pinned = { status: 200, headers: {}, body: { word: 'pinned' } };
  const pins = [
    { node: 'look', value: pinned },
    { node: 'embed', value: { ...(value as object), embeddings: [[1, 2]] } as never },
  ];
  const told = await studio.run({ file, text, input, pins });
  expect(words(told)).toEqual(['pinned', 'pinned', 'pinned']);
  expect(outputOf(told).vectors).toEqual([[1, 2]]);
  expect(ofKind(told, 'call')).toEqual([]);
  expect(asked).toHaveLength(3);

  // Nothing could tell a test what the server said.
  await expect(studio.runs.handlers.makeTest({ run, name: 'outside' })).rejects.toMatchObject({
    refusal: { code: 'cannot_test' },
  });
});

test('a step that is tried again has an attempt each, and is done when one of them is', async () => {
  const failing = text.replace('"id":"look",', '"id":"look","step":{"timeout":0.05,"retries":{"max":1,"backoff":0}},');
  const updates = await studio.run({ file, text: failing, input: { words: ['one', 'two'] } });
  expect(stateOf(updates)).toMatchObject({ state: 'failed' });
  const ended = ofKind(updates, 'node_ended').filter(({ node, items }) => node === 'look' && items?.[0]?.index === 0);
  expect(ended.map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled']);
});
