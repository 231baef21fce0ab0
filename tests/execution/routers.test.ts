import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { runEventSchema, type RunEvent } from '../../src/core/events.ts';
import type { Json } from '../../src/core/workflow/index.ts';
import { emptyRun, withUpdates } from '../../src/studio/web/run/liveRun.ts';
import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated } from './generatedProject.ts';
import { carriedTests } from './projectChecks.ts';

const goldens = join(import.meta.dirname, '../codegen/golden/routers');
const providers = join(import.meta.dirname, 'providers');
const example = join(import.meta.dirname, '../../examples/model-router/model-router.workflow.json');

type Say = (response: ServerResponse) => void;

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const streams =
  (...texts: readonly string[]): Say =>
  (response) => {
    response.setHeader('content-type', 'text/event-stream');
    for (const content of texts) response.write(chunk({ content }));
    response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
  };

const breaksOff: Say = (response) => {
  response.setHeader('content-type', 'text/event-stream');
  response.write(chunk({ content: 'Half an' }), () => response.destroy());
};

const refuses =
  (status: number, code: string): Say =>
  (response) => {
    response.statusCode = status;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ error: { message: 'No.', code } }));
  };

const whole =
  (content: string): Say =>
  (response) => {
    const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices }));
  };

interface Upstream {
  readonly origin: string;
  /** What it was asked. */
  readonly bodies: readonly { readonly model: string }[];
}

const modelsAt = ({ bodies }: Upstream): readonly string[] => bodies.map(({ model }) => model);

/** Servers that stand for providers. */
class Upstreams {
  readonly #servers: Server[] = [];

  /** One that says these one after the other, the last again and again. */
  async saying(...all: readonly Say[]): Promise<Upstream> {
    const bodies: { model: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (data: Buffer) => (body += data.toString()));
      request.once('end', () => {
        bodies.push(JSON.parse(body) as { model: string });
        all[Math.min(bodies.length, all.length) - 1]?.(response);
      });
    });
    this.#servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
  }

  close(): void {
    for (const server of this.#servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  }
}

/** The events of a run that a service streams. */
async function eventsOf(url: string, input: object): Promise<readonly RunEvent[]> {
  const headers = { 'content-type': 'application/json' };
  return eventsAt(url, { method: 'POST', headers, body: JSON.stringify(input) });
}

async function eventsAt(url: string, request: RequestInit = {}): Promise<readonly RunEvent[]> {
  const answer = await fetch(url, { ...request, headers: { ...request.headers, accept: 'text/event-stream' } });
  const frames = (await answer.text()).split('\n\n').map((frame) => frame.split('\n'));
  return frames.flatMap((lines) => {
    const [event, data] = ['event: ', 'data: '].map((name) =>
      lines.find((line) => line.startsWith(name))?.slice(name.length),
    );
    return event === undefined ? [] : [runEventSchema.parse({ event, data: JSON.parse(data ?? '') })];
  });
}

describe('a router in a service', () => {
  const project = writeGenerated(planOf(example));
  const upstreams = new Upstreams();

  afterEach(() => upstreams.close());
  afterAll(() => {
    rmSync(project, { recursive: true });
  });

  async function asking(groq: string, openai: string, message: string): Promise<readonly RunEvent[]> {
    const service = await startGenerated(project, {
      upstream: `${openai}/v1`,
      env: { GROQ_BASE_URL: `${groq}/openai/v1`, GROQ_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' },
    });
    try {
      return await eventsOf(`${service.url}/ask`, { message });
    } finally {
      await service.stop();
    }
  }

  test('asks the next model where the first has no room', async () => {
    const groq = await upstreams.saying(refuses(429, 'rate_limit_exceeded'));
    const openai = await upstreams.saying(streams('A whole ', 'answer.'));
    const events = await asking(groq.origin, openai.origin, 'Hello?');
    expect(events.map(({ event }) => event)).toEqual(['route', 'token', 'token', 'usage', 'done']);
    expect(events[0]?.data).toEqual({
      node: 'answer',
      provider: 'openai',
      model: 'gpt-5.4-mini',
      reason: 'fallback after rate_limited',
    });
    expect([groq, openai].map(modelsAt)).toEqual([['openai/gpt-oss-20b'], ['gpt-5.4-mini']]);
  });

  test('goes by the conditions, in their order', async () => {
    const groq = await upstreams.saying(streams('Short.'));
    const openai = await upstreams.saying(streams('Long.'));
    const long = await asking(groq.origin, openai.origin, 'Why? '.repeat(200));
    expect(long[0]?.data).toMatchObject({ provider: 'openai', reason: 'always' });
    expect([groq, openai].map(modelsAt)).toEqual([[], ['gpt-5.4-mini']]);
  });

  test('announces that an answer begins anew', async () => {
    const groq = await upstreams.saying(breaksOff);
    const openai = await upstreams.saying(streams('A whole ', 'answer.'));
    const events = await asking(groq.origin, openai.origin, 'Hello?');
    const names = events.map(({ event }) => event);
    expect(names.filter((name) => name === 'restart' || name === 'route')).toEqual(['route', 'restart', 'route']);
    expect(events.at(-1)).toMatchObject({
      event: 'done',
      data: { text: 'A whole answer.', output: 'A whole answer.' },
    });
  });

  test('leaves a request that is wrong alone', async () => {
    const groq = await upstreams.saying(refuses(400, 'invalid_value'));
    const openai = await upstreams.saying(streams('Never said.'));
    const service = await startGenerated(project, {
      upstream: `${openai.origin}/v1`,
      env: { GROQ_BASE_URL: `${groq.origin}/openai/v1`, GROQ_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' },
    });
    try {
      const answer = await fetch(`${service.url}/ask`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"message":"Hello?"}',
      });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([502, 'invalid_request']);
      expect([groq.bodies.length, openai.bodies.length]).toEqual([1, 0]);
    } finally {
      await service.stop();
    }
  });
});

const calls =
  (name: string, args: object, { before = '', isCut = false } = {}): Say =>
  (response) => {
    response.setHeader('content-type', 'text/event-stream');
    if (before !== '') response.write(chunk({ content: before }));
    const written = JSON.stringify(args);
    const call = { index: 0, id: `call_${name}`, type: 'function', function: { name, arguments: written.slice(0, 5) } };
    response.write(chunk({ tool_calls: [call] }), () => {
      if (isCut) response.destroy();
    });
    if (isCut) return;
    response.write(chunk({ tool_calls: [{ index: 0, function: { arguments: written.slice(5) } }] }));
    response.end(`${chunk({}, 'tool_calls')}data: [DONE]\n\n`);
  };

const claudeSays =
  (text: string): Say =>
  (response) => {
    const usage = { input_tokens: 9, output_tokens: 3 };
    const message = { id: 'm', type: 'message', role: 'assistant', model: 'claude-haiku-5-5', content: [], usage };
    const events = [
      { type: 'message_start', message: { ...message, stop_reason: null } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
      { type: 'message_stop' },
    ];
    response.setHeader('content-type', 'text/event-stream');
    response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
  };

describe('functions behind a router', () => {
  const upstreams = new Upstreams();
  const plans = ['order-desk', 'kept-desk'].map((name) => planOf(join(providers, `${name}.workflow.json`)));
  const project = writeGenerated(...plans);
  let kept: string;

  beforeAll(() => {
    kept = mkdtempSync(join(tmpdir(), 'catalyst-kept-'));
  });
  afterEach(() => upstreams.close());
  afterAll(() => {
    for (const folder of [project, kept]) rmSync(folder, { recursive: true });
  });

  const start = (groq: Upstream, openai: Upstream, claude: Upstream) =>
    startGenerated(project, {
      upstream: `${openai.origin}/v1`,
      env: {
        GROQ_BASE_URL: `${groq.origin}/openai/v1`,
        GROQ_API_KEY: 'k',
        ANTHROPIC_BASE_URL: claude.origin,
        ANTHROPIC_API_KEY: 'k',
        DURABLE_PATH: join(kept, 'runs.db'),
        MAX_RETRIES: '0',
      },
    });

  async function streamed(groq: readonly Say[], openai: readonly Say[], claude: readonly Say[] = []) {
    const asked = await Promise.all([groq, openai, claude].map(async (each) => upstreams.saying(...each)));
    const [one, two, three] = asked as [Upstream, Upstream, Upstream];
    const service = await start(one, two, three);
    try {
      const events = await eventsOf(`${service.url}/desk`, { message: 'Where is order 7?' });
      let shown = '';
      for (const { event, data } of events) {
        if (event === 'restart') shown = '';
        else if (event === 'token') shown += data.text;
      }
      return { events, shown, last: events.at(-1), bodies: asked.map(({ bodies }) => bodies) };
    } finally {
      await service.stop();
    }
  }
  const named = (events: readonly RunEvent[], ...names: readonly string[]) =>
    events.map(({ event }) => event).filter((event) => names.includes(event));

  test('another model takes a conversation over in the middle of a loop', async () => {
    const { events, shown, last, bodies } = await streamed(
      [refuses(429, 'rate_limit_exceeded')],
      [calls('get_order', { number: '7' }), refuses(503, 'server_error')],
      [claudeSays('It is on its way.')],
    );
    expect(last).toMatchObject({ event: 'done', data: { output: 'It is on its way.' } });
    expect(shown).toBe('It is on its way.');
    expect(named(events, 'restart')).toEqual([]);
    expect(bodies.map((each) => each.length)).toEqual([1, 2, 1]);
    expect(JSON.stringify(bodies[2])).toContain('Order 7 is on its way.');
  });

  test('a round that is cut begins anew, and what is shown is what comes of it', async () => {
    const { events, shown, last, bodies } = await streamed(
      [calls('get_order', { number: '7' }, { before: 'Let me look. ' }), breaksOff],
      [streams('It is ', 'on its way.')],
    );
    expect(named(events, 'restart', 'error')).toEqual(['restart']);
    expect(last).toMatchObject({ event: 'done', data: { output: 'It is on its way.' } });
    expect(last).toMatchObject({ data: { text: shown } });
    expect(JSON.stringify(bodies[1])).toContain('Order 7 is on its way.');
  });

  test('a call that is cut in its arguments is made by another model, once', async () => {
    const { events, last } = await streamed(
      [calls('hand_over', { reason: 'lost' }, { isCut: true })],
      [calls('hand_over', { reason: 'angry' })],
    );
    expect(named(events, 'restart', 'function_call', 'error')).toEqual(['restart', 'function_call']);
    expect(last).toMatchObject({ event: 'done', data: { output: { handedOver: 'angry' } } });
  });

  test('where all refuse, one error ends the stream', async () => {
    const { events, bodies } = await streamed(
      [calls('get_order', { number: '7' }), refuses(429, 'rate_limit_exceeded')],
      [refuses(500, 'server_error')],
      [refuses(529, 'overloaded_error')],
    );
    expect(named(events, 'error', 'done', 'restart')).toEqual(['error']);
    expect(events.at(-1)).toMatchObject({ data: { code: 'upstream_unavailable', node: 'help' } });
    expect(bodies.map((each) => each.length)).toEqual([2, 1, 1]);
  });

  test('a run that is kept goes on after its service was killed, and asks no model again', async () => {
    let stand = (): void => undefined;
    const standsStill = new Promise<void>((resolve) => (stand = resolve));
    const groq = await upstreams.saying(refuses(429, 'rate_limit_exceeded'), whole('It is on its way.'));
    const openai = await upstreams.saying(whole('urgent'), () => stand());
    const claude = await upstreams.saying();
    const first = await start(groq, openai, claude);
    const begun = await fetch(`${first.url}/kept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'respond-async' },
      body: JSON.stringify({ message: 'Where is order 7?' }),
    });
    expect(begun.status).toBe(202);
    await standsStill;
    await first.stop(0);
    const second = await start(groq, openai, claude);
    try {
      const { data } = (await eventsAt(`${second.url}${begun.headers.get('location')}/events`)).at(-1) ?? {};
      const route = { provider: 'groq', attempts: [{ provider: 'groq', error: null }] };
      expect(data).toMatchObject({ output: { text: 'It is on its way.', by: route } });
    } finally {
      await second.stop();
    }
    expect([groq, openai, claude].map(({ bodies }) => bodies.length)).toEqual([2, 2, 0]);
    expect(JSON.stringify(groq.bodies[1])).toContain('urgent: Where is order 7?');
  }, 60_000);
});

describe('a project whose workflows route in all ways', () => {
  const names = ['cheapest', 'helper', 'lines', 'shares'];
  const plans = names.map((name) => planOf(join(goldens, `${name}.workflow.json`)));
  const project = writeGenerated(...plans);

  afterAll(() => {
    rmSync(project, { recursive: true });
  });

  test('an answer that begins anew in a loop voids nothing of the items before', async () => {
    const upstreams = new Upstreams();
    const openai = await upstreams.saying(streams('First. '), breaksOff);
    const groq = await upstreams.saying(streams('Second.'));
    const service = await startGenerated(project, {
      upstream: `${openai.origin}/v1`,
      env: { GROQ_BASE_URL: `${groq.origin}/openai/v1`, GROQ_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' },
    });
    try {
      const events = await eventsOf(`${service.url}/lines`, { lines: ['one', 'two'] });
      const items = [{ node: 'each', index: 1 }];
      expect(events.filter(({ event }) => event === 'restart')).toEqual([
        { event: 'restart', data: { node: 'reword', items } },
      ]);
      const updates = events.map(({ event, data }) => ({ kind: 'event', at: 1, event, data: data as Json }) as const);
      const texts = withUpdates(emptyRun('r'), updates).nodes.get('reword')?.texts;
      expect([...(texts ?? [])]).toEqual([
        ['each[0]', 'First. '],
        ['each[1]', 'Second.'],
      ]);
    } finally {
      await service.stop();
      upstreams.close();
    }
  });

  test('passes the tests that it carries', async () => {
    const output = await carriedTests(project);
    expect(output).toMatch(/\d+ passed/u);
    expect(output).not.toMatch(/failed|error|skipped/u);
  }, 120_000);
});
