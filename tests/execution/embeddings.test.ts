import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated } from './generatedProject.ts';
import { carriedTests } from './projectChecks.ts';

const file = join(import.meta.dirname, '../codegen/golden/embeddings/embeddings.workflow.json');

interface Asked {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly input?: readonly string[]; readonly [key: string]: unknown };
}

/** A server whose embeddings tell how long a text is, which gives them in another order than the texts. */
async function measuring(): Promise<{ origin: string; asked: Asked[]; server: Server }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .once('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Asked['body'];
        asked.push({ url: request.url, headers: request.headers, body });
        const rest = Array.from({ length: Number(body['dimensions'] ?? 1) - 1 }, () => 0);
        const rows = (body.input ?? []).map((text, index) => ({ index, embedding: [text.length, ...rest] }));
        const choices = [{ index: 0, message: { role: 'assistant', content: 'Said.' }, finish_reason: 'stop' }];
        const answer = body.input === undefined ? { id: 'c', choices } : { data: rows.toReversed() };
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ model: body['model'], ...answer }));
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

describe('a project with embeddings of several providers', () => {
  const project = writeGenerated(planOf(file));

  afterAll(() => {
    rmSync(project, { recursive: true });
  });

  test('passes its own tests', async () => {
    expect(await carriedTests(project)).toMatch(/^6 passed/mu);
  });

  test('sends each key and its texts to its own provider, in batches, and keeps their order', async () => {
    const [openai, voyage, azure, own] = await Promise.all([measuring(), measuring(), measuring(), measuring()]);
    const service = await startGenerated(project, {
      upstream: `${openai.origin}/v1`,
      env: {
        VOYAGE_BASE_URL: `${voyage.origin}/v1`,
        VOYAGE_API_KEY: 'key-of-voyage',
        AZURE_OPENAI_ENDPOINT: azure.origin,
        AZURE_OPENAI_API_KEY: 'key-of-azure',
        MY_SERVER_BASE_URL: `${own.origin}/v1`,
      },
    });
    try {
      const answers = ['a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg'];
      const response = await fetch(`${service.url}/nearest`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ question: 'Which?', answers }),
      });
      const { output } = (await response.json()) as { output: Readonly<Record<string, unknown>> };
      expect(output).toMatchObject({ said: 'Said.', vectors: [[16], [8], [18]], count: 1 });
    } finally {
      await service.stop();
      for (const { server } of [openai, voyage, azure, own]) server.close();
    }
    expect(
      openai.asked
        .flatMap(({ body }) => (body.input === undefined ? [] : [body.input.length]))
        .toSorted((a, b) => a - b),
    ).toEqual([1, 2, 5]);
    expect(voyage.asked).toMatchObject([
      {
        url: '/v1/embeddings',
        headers: { authorization: 'Bearer key-of-voyage' },
        body: {
          model: 'voyage-4',
          input: ['untitled: Which?', 'untitled', 'what never changes'],
          input_type: 'document',
          truncation: false,
          output_dtype: 'float',
        },
      },
    ]);
    expect(azure.asked).toMatchObject([
      { url: '/openai/v1/embeddings', headers: { 'api-key': 'key-of-azure' }, body: { model: 'my-embeddings' } },
    ]);
    expect(azure.asked[0]?.headers.authorization).toBeUndefined();
    expect(own.asked).toMatchObject([{ url: '/v1/embeddings', body: { input: ['only this'] } }]);
    expect(own.asked[0]?.headers.authorization).toBeUndefined();
  });
});
