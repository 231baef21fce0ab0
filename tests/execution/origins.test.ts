import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { lacksBrowser, startChromium } from '../studio/chromium.ts';
import { python, startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';

const workflows = ['with-key', 'pages', 'notice'].map((name) =>
  join(import.meta.dirname, `../codegen/golden/door/${name}.workflow.json`),
);

/** What a page gets when it asks with a key; null where the browser keeps the answer from it. */
async function asked(page: Page, url: string, key: string): Promise<{ status: number; left: string | null } | null> {
  return page.evaluate(
    async ([address, secret]) => {
      try {
        const answer = await fetch(address ?? '', {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}`, 'x-page': 'yes' },
          credentials: 'include',
          body: JSON.stringify({ message: 'Hello' }),
        });
        return { status: answer.status, left: answer.headers.get('ratelimit') };
      } catch {
        return null;
      }
    },
    [url, key],
  );
}

describe.skipIf(lacksBrowser)('pages of other origins, in a browser', () => {
  let folder: string;
  let service: RunningService;
  let pages: Server;
  let key: string;

  beforeAll(async () => {
    pages = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>page</title>'));
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    const { port } = pages.address() as AddressInfo;
    folder = writeGenerated(...workflows.map(planOf));
    const scopes = ['--scope', 'ask', '--scope', 'tell'];
    key = execFileSync(python, ['-m', 'app.keys', 'add', 'page', ...scopes], { cwd: folder, encoding: 'utf8' }).trim();
    service = await startGenerated(folder, {
      env: { CORS_ORIGINS: `http://127.0.0.1:${port}`, WEBHOOK_SECRET_NOTICE: 'secret' },
    });
  });

  afterAll(async () => {
    await service.stop();
    pages.close();
    rmSync(folder, { recursive: true });
  });

  test('one of the operator may speak the languages of clients; another may not', async () => {
    const { port } = pages.address() as AddressInfo;
    const own = `http://127.0.0.1:${port}`;
    const preflight = async (path: string, origin: string): Promise<Response> =>
      fetch(service.url + path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    for (const [path, header] of [
      ['/v1/chat/completions', 'X-Stainless-Lang'],
      ['/mcp', 'Mcp-Session-Id'],
    ] as const) {
      const allowed = await preflight(path, own);
      expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, own]);
      expect(allowed.headers.get('access-control-allow-headers')?.split(', ')).toEqual(
        expect.arrayContaining(['Authorization', 'X-Own', header]),
      );
      expect((await preflight(path, 'http://elsewhere.example')).status).toBe(403);
    }
    const listed = async (origin: string): Promise<readonly [number, string | null]> => {
      const answer = await fetch(`${service.url}/mcp`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
      });
      return [answer.status, answer.headers.get('access-control-allow-origin')];
    };
    expect(await listed(own)).toEqual([200, own]);
    expect(await listed('http://elsewhere.example')).toEqual([403, null]);
    const models = await fetch(`${service.url}/v1/models`, { headers: { origin: own } });
    expect(models.headers.get('access-control-allow-origin')).toBe(own);
  });

  test('the description says how a webhook is signed and answered', async () => {
    const told = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    expect(told.paths['/webhooks/notice']).toMatchObject({
      post: {
        operationId: 'notice',
        parameters: [
          { name: 'X-Hub-Signature-256', required: true },
          { name: 'X-GitHub-Event', required: false },
        ],
        responses: { 202: {}, 401: {}, 503: {} },
      },
    });
  });

  test('one of the operator may ask and read what it is told, errors too; another may not', async () => {
    const { port } = pages.address() as AddressInfo;
    const page = await (await startChromium()).newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    const url = `${service.url}/door/key`;
    const answer = await asked(page, url, key);
    expect(answer?.status).toBe(200);
    expect(answer?.left).toContain('"requests-per-minute";r=4;');
    expect((await asked(page, url, 'wrong'))?.status).toBe(401);
    // The same server under another name is another origin.
    await page.goto(`http://localhost:${port}/`);
    expect(await asked(page, url, key)).toBeNull();
  });
});
