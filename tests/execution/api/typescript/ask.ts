// Asks a service with a client that @hey-api/openapi-ts made of its description: `node ask.js URL`.
import assert from 'node:assert/strict';

import { client } from './client/client.gen';
import { createChatCompletion, listModels, secondOpinion, sendMcpMessage } from './client/sdk.gen';
import type { OpenAiError, Problem, SecondOpinionDoneEvent, SecondOpinionInput, TokenEvent } from './client/types.gen';

client.setConfig({ baseUrl: process.argv[2] ?? '' });
const question: SecondOpinionInput = { question: 'Should our shop offer free returns?' };

const { data: answer, error } = await secondOpinion({ body: question });
assert.ok(answer, JSON.stringify(error));
assert.ok(typeof answer.output === 'string' && answer.usage.total_tokens > 0);

let text = '';
let done: SecondOpinionDoneEvent | undefined;
const events = await client.sse.post({
  url: '/weigh',
  body: question,
  headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
  onSseEvent: ({ event, data }) => {
    if (event === 'token') text += (data as TokenEvent).text;
    if (event === 'done') done = data as SecondOpinionDoneEvent;
  },
});
for await (const event of events.stream) assert.ok(event);
assert.ok(done !== undefined && text === done.text && done.usage.total_tokens > 0);

const refused = await secondOpinion({ body: { question: '' } });
const problem: Problem | undefined = refused.error;
assert.equal(refused.response?.status, 422);
assert.equal(problem?.code, 'invalid_input');

const { data: models } = await listModels();
assert.deepEqual(
  models?.data.map(({ id }) => id),
  ['house-model'],
);
const { data: completion } = await createChatCompletion({
  body: { model: 'house-model', messages: [{ role: 'user', content: 'When does the canteen open?' }] },
});
assert.ok(completion?.choices[0]?.message.content?.includes('canteen'));
const misnamed = await createChatCompletion({
  body: { model: 'house-model', messages: [{ role: 'user', content: [] }] },
});
const told: OpenAiError | undefined = misnamed.error;
assert.equal(told?.error.param, 'messages[0].content');
const { data: listed } = await sendMcpMessage({ body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } });
assert.ok(typeof listed === 'object' && listed !== null && 'result' in listed);
