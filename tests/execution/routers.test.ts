import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';

import { runEventSchema, type RunEvent } from '../../src/core/events.ts';
import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated } from './generatedProject.ts';
import { carriedTests } from './projectChecks.ts';

const goldens = join(import.meta.dirname, '../codegen/golden/routers');
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

describe('a router in a service', () => {
  const project = writeGenerated(planOf(example));
  const servers: Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  afterAll(() => {
    rmSync(project, { recursive: true });
  });

  /** A server that says these one after the other, the last again and again, and which models it was asked for. */
  async function saying(...all: readonly Say[]) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (data: Buffer) => (body += data.toString()));
      request.once('end', () => {
        asked.push((JSON.parse(body) as { model: string }).model);
        all[Math.min(asked.length, all.length) - 1]?.(response);
      });
    });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  async function asking(groq: string, openai: string, message: string): Promise<readonly RunEvent[]> {
    const service = await startGenerated(project, {
      upstream: `${openai}/v1`,
      env: { GROQ_BASE_URL: `${groq}/openai/v1`, GROQ_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' },
    });
    try {
      const answer = await fetch(`${service.url}/ask`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ message }),
      });
      const frames = (await answer.text()).split('\n\n').filter((frame) => frame.startsWith('event:'));
      return frames.map((frame) => {
        const [event = '', data = ''] = frame.split('\n');
        return runEventSchema.parse({ event: event.slice('event: '.length), data: JSON.parse(data.slice(6)) });
      });
    } finally {
      await service.stop();
    }
  }

  test('asks the next model where the first has no room', async () => {
    const groq = await saying(refuses(429, 'rate_limit_exceeded'));
    const openai = await saying(streams('A whole ', 'answer.'));
    const events = await asking(groq.origin, openai.origin, 'Hello?');
    expect(events.map(({ event }) => event)).toEqual(['route', 'token', 'token', 'usage', 'done']);
    expect(events[0]?.data).toEqual({
      node: 'answer',
      provider: 'openai',
      model: 'gpt-5.4-mini',
      reason: 'fallback after rate_limited',
    });
    expect([groq.asked, openai.asked]).toEqual([['openai/gpt-oss-20b'], ['gpt-5.4-mini']]);
  });

  test('goes by the conditions, in their order', async () => {
    const groq = await saying(streams('Short.'));
    const openai = await saying(streams('Long.'));
    const long = await asking(groq.origin, openai.origin, 'Why? '.repeat(200));
    expect(long[0]?.data).toMatchObject({ provider: 'openai', reason: 'always' });
    expect([groq.asked, openai.asked]).toEqual([[], ['gpt-5.4-mini']]);
  });

  test('announces that an answer begins anew', async () => {
    const groq = await saying(breaksOff);
    const openai = await saying(streams('A whole ', 'answer.'));
    const events = await asking(groq.origin, openai.origin, 'Hello?');
    const names = events.map(({ event }) => event);
    expect(names.filter((name) => name === 'restart' || name === 'route')).toEqual(['route', 'restart', 'route']);
    expect(events.at(-1)).toMatchObject({
      event: 'done',
      data: { text: 'A whole answer.', output: 'A whole answer.' },
    });
  });

  test('leaves a request that is wrong alone', async () => {
    const groq = await saying(refuses(400, 'invalid_value'));
    const openai = await saying(streams('Never said.'));
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
      expect([groq.asked.length, openai.asked.length]).toEqual([1, 0]);
    } finally {
      await service.stop();
    }
  });
});

describe('a project whose workflows route in all ways', () => {
  const names = ['cheapest', 'helper', 'shares'];
  const plans = names.map((name) => planOf(join(goldens, `${name}.workflow.json`)));
  const project = writeGenerated(...plans);

  afterAll(() => {
    rmSync(project, { recursive: true });
  });

  test('passes the tests that it carries', async () => {
    const output = await carriedTests(project);
    expect(output).toMatch(/\d+ passed/u);
    expect(output).not.toMatch(/failed|error|skipped/u);
  }, 120_000);
});
