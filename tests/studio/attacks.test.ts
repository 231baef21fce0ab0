import { createServer } from 'node:http';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { newWorkflowText } from '../../src/core/workflow/edits/index.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { lacksBrowser, startChromium } from './chromium.ts';
import { StudioServer } from './studioServer.ts';

/** A server of somebody else, who shows a page and keeps what it is sent. */
async function foreignServer(): Promise<{ readonly port: string; readonly got: string[] }> {
  const got: string[] = [];
  const page = await readFile(new URL('attackPage.html', import.meta.url));
  const server = createServer((request, response) => {
    got.push(`${request.url} ${JSON.stringify(request.headers)}`);
    response.setHeader('Content-Type', 'text/html').end(page);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { port: String(typeof address === 'object' && address !== null ? address.port : 0), got };
}

test.skipIf(lacksBrowser)(
  'a page of another origin can do nothing in a real browser, though it knows the token',
  async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'one.workflow.json'), newWorkflowText('one'));
    const studio = await StudioServer.start(folder);
    const { port: studioPort } = new URL(studio.origin);
    const { port, got } = await foreignServer();
    const browser = await startChromium('--host-resolver-rules=MAP evil.example 127.0.0.1');
    const page = await browser.newPage();

    // Another site, and another port of this very machine, which browsers hold to be the same site.
    for (const foreign of [`http://evil.example:${port}`, `http://localhost:${port}`, `http://127.0.0.1:${port}`]) {
      await page.goto(foreign);
      const outcomes = await page.evaluate(`attack('${studio.origin}', '${studio.token}')`);
      expect({ foreign, outcomes }).toEqual({
        foreign,
        outcomes: {
          fetch: 'refused',
          page: 'refused',
          image: 'refused',
          script: 'refused',
          socket: 'refused',
        },
      });
      const titles = await Promise.all(page.frames().map((frame) => frame.title()));
      expect(titles).not.toContain('Page');
      await page.waitForTimeout(200);
      expect(await readdir(folder)).toEqual(['one.workflow.json']);
    }

    // A link to the page leads to a refusal; a name that was bound to this address, too.
    await page.goto(`http://evil.example:${port}`);
    await page.evaluate(`location.assign('${studio.origin}/')`);
    await page.waitForURL(`${studio.origin}/`);
    expect(await page.title()).not.toBe('Page');
    const rebound = await page.goto(`http://evil.example:${studioPort}/`);
    expect(rebound?.status()).toBe(421);

    // What the command opens leads to the page, with the key to it.
    await page.goto(studio.addressToOpen());
    expect(page.url()).toBe(`${studio.origin}/#token=${studio.token}`);

    // The page itself is served, and tells no other server where it was.
    await page.goto(`${studio.origin}/#token=${studio.token}`);
    expect(await page.title()).toBe('Page');
    const tried = async (script: string): Promise<unknown> =>
      page.evaluate(`Promise.resolve().then(() => ${script}).then(() => 'done', ({ name }) => name)`);
    expect(await tried(`fetch('http://127.0.0.1:${port}/leak')`)).toBe('TypeError');
    expect(
      await tried(
        "document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:PORT/leak' }))".replace('PORT', port),
      ),
    ).toBe('done');
    expect(await tried("(document.body.innerHTML = '<b>')")).toBe('TypeError');
    expect(await tried("setTimeout('1')")).toBe('TypeError');
    await page.evaluate(`location.assign('http://127.0.0.1:${port}/left')`);
    await page.waitForURL(/left/);
    expect(got.join()).not.toContain(studio.token);
    expect(got.join()).not.toContain('/leak');
    expect(got.filter((line) => line.startsWith('/left')).join()).not.toContain('referer');
    expect(await readdir(folder)).toEqual(['one.workflow.json']);
  },
);
