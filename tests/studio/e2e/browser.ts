import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

import { temporaryFolder } from '../../host/temporaryFolder.ts';

/** Where Chromium is; the tests in a browser are skipped where there is none. `CHROMIUM` names another place. */
export const chromiumPath = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

if (chromiumPath === undefined && process.env['CATALYST_BROWSER'] === 'required')
  throw new Error('The tests of the page need a Chromium: install the package chromium, or name one in CHROMIUM.');

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface OpenStudio {
  readonly page: Page;
  /** What the page complained of: errors, and breaches of the content security policy. */
  readonly complaints: readonly string[];
  /** The text of a file on disk. */
  readonly read: (name: string) => Promise<string>;
}

/** Types `catalyst studio` in a folder with these files, and opens its page in Chromium. */
export async function openStudio(
  files: Readonly<Record<string, string>>,
  { theme = 'light' }: { readonly theme?: 'light' | 'dark' } = {},
): Promise<OpenStudio> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const [first = ''] = Object.keys(files);
  const address = await startStudio(join(folder, first));
  const browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: flags });
  onTestFinished(async () => browser.close());
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: theme });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  await page.getByRole('application', { name: 'Canvas of the workflow' }).waitFor({ timeout: 10_000 });
  return { page, complaints, read: async (name) => readFile(join(folder, name), 'utf8') };
}

async function startStudio(path: string): Promise<string> {
  const data = await temporaryFolder();
  const catalyst = join(import.meta.dirname, '..', '..', '..', 'scripts', 'catalyst.mjs');
  const child = spawn(process.execPath, [catalyst, 'studio', path, '--port', '0', '--no-open'], {
    env: { ...process.env, CATALYST_DATA_DIR: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGTERM'));
  for await (const line of createInterface(child.stdout)) {
    const address = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error('catalyst studio ended without an address');
}
