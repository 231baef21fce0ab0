import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated } from './generatedProject.ts';
import { carriedTests } from './projectChecks.ts';

const file = join(import.meta.dirname, 'providers/four-providers.workflow.json');

interface Answering {
  readonly origin: string;
  readonly asked: { readonly path: string | undefined; readonly key: string | undefined }[];
  readonly server: Server;
}

/** A server of Chat Completions with one answer, and what it was asked with. */
async function answering(content: string): Promise<Answering> {
  const asked: Answering['asked'] = [];
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  const body = JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices });
  const server = createServer((request, response) => {
    asked.push({ path: request.url, key: request.headers.authorization });
    request.resume().once('end', () => response.setHeader('content-type', 'application/json').end(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

describe('a project that asks four providers', () => {
  const project = writeGenerated(planOf(file));

  afterAll(() => {
    rmSync(project, { recursive: true });
  });

  test('sends each key to the address of its own provider, and to no other', async () => {
    const [openai, groq, gemini, own] = await Promise.all(
      ['{"right": true}', 'Bamboo.', 'An atlas.', 'Bamboo, says an atlas.'].map(answering),
    );
    if (!openai || !groq || !gemini || !own) throw new Error('Four servers were started.');
    const service = await startGenerated(project, {
      upstream: `${openai.origin}/v1`,
      env: {
        // As Groq's own clients have it, without the path.
        GROQ_BASE_URL: groq.origin,
        GROQ_API_KEY: 'key-of-groq',
        GEMINI_BASE_URL: `${gemini.origin}/v1beta/openai`,
        GEMINI_API_KEY: 'key-of-gemini',
        MY_OWN_BASE_URL: `${own.origin}/v1`,
      },
    });
    try {
      expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
      const answer = await fetch(`${service.url}/ask`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: '{"question":"Which tree grows fastest?"}',
      });
      expect(await answer.json()).toMatchObject({ output: 'Bamboo, says an atlas.' });
      expect(openai.asked).toEqual([{ path: '/v1/chat/completions', key: 'Bearer sk-test' }]);
      expect(groq.asked).toEqual([{ path: '/openai/v1/chat/completions', key: 'Bearer key-of-groq' }]);
      expect(gemini.asked).toEqual([{ path: '/v1beta/openai/chat/completions', key: 'Bearer key-of-gemini' }]);
      expect(own.asked).toEqual([{ path: '/v1/chat/completions', key: undefined }]);
    } finally {
      await service.stop();
      for (const { server } of [openai, groq, gemini, own]) server.close();
    }
  });

  test('names every variable that is still to be set', async () => {
    const openai = await answering('Bamboo.');
    const service = await startGenerated(project, { upstream: `${openai.origin}/v1`, env: { GROQ_API_KEY: 'k' } });
    try {
      expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
      expect(service.lines.filter((line) => line.includes('not_ready'))).toEqual([
        expect.stringContaining('To be set: GEMINI_API_KEY, MY_OWN_BASE_URL.'),
      ]);
    } finally {
      await service.stop();
      openai.server.close();
    }
  });

  test('passes the tests that it carries', async () => {
    const output = await carriedTests(project);
    expect(output).toMatch(/\d+ passed/u);
    expect(output).not.toMatch(/failed|error|skipped/u);
  }, 120_000);
});
