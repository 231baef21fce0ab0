import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

import { freePort } from '../../../src/host/ports.ts';
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

/** One for all tests of a worker, with which it ends; each has a context of its own, with nothing of another's. */
let browser: Promise<Browser> | undefined;

export interface OpenStudio {
  readonly page: Page;
  /** Where the page was opened. */
  readonly address: string;
  /** What the page complained of: errors, and breaches of the content security policy. */
  readonly complaints: readonly string[];
  /** The text of a file on disk. */
  readonly read: (name: string) => Promise<string>;
  /** Writes one, as an editor beside the Studio does. */
  readonly write: (name: string, text: string) => Promise<void>;
  readonly folder: string;
  readonly server: StudioProcess;
}

interface Options {
  readonly theme?: 'light' | 'dark';
  readonly env?: NodeJS.ProcessEnv;
}

/** Types `catalyst studio` in a folder with these files, and opens its page in Chromium; without files, the folder. */
export async function openStudio(
  files: Readonly<Record<string, string>>,
  { theme = 'light', env = {} }: Options = {},
): Promise<OpenStudio> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const [first = ''] = Object.keys(files);
  const server = new StudioProcess(join(folder, first), await temporaryFolder(), env);
  onTestFinished(async () => server.end('SIGTERM'));
  const address = await server.start();
  browser ??= chromium.launch({ executablePath: chromiumPath ?? '', args: flags });
  const context = await (await browser).newContext({ viewport: { width: 1440, height: 900 }, colorScheme: theme });
  onTestFinished(async () => context.close());
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await page.addInitScript(`(${tellBreaches})()`);
  const complaints = complaintsOf(page);
  await page.goto(address);
  const isEmpty = first === '';
  const opened = isEmpty ? page.getByRole('heading', { level: 1 }) : canvasOf(page);
  await opened.waitFor({ timeout: 20_000 });
  return {
    page,
    address,
    complaints,
    read: async (name) => readFile(join(folder, name), 'utf8'),
    write: async (name, text) => writeFile(join(folder, name), text),
    folder,
    server,
  };
}

export function canvasOf(page: Page): Locator {
  return page.getByRole('application', { name: 'Canvas of the workflow' });
}

/**
 * Says breaches of the content security policy, but for one: Chromium itself keeps the look of what is typed into an editor by style
 * attributes, which the policy takes away again.
 */
const tellBreaches = `() => {
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    if (effectiveDirective !== 'style-src-attr') console.error('Breach of', effectiveDirective, blockedURI);
  });
}`;

function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isToldBelow = message.text().startsWith('Applying inline style violates');
    if (message.type() === 'error' && !isToldBelow) complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

/** `catalyst studio` as a process, which can be ended, and started again at the same port. */
export class StudioProcess {
  readonly #path: string;
  readonly #env: NodeJS.ProcessEnv;
  #port: number | undefined;
  #child: ChildProcess | undefined;

  constructor(path: string, data: string, env: NodeJS.ProcessEnv) {
    this.#path = path;
    this.#env = { ...process.env, CATALYST_DATA_DIR: data, ...env };
  }

  /** Gives the address that it prints. */
  async start(): Promise<string> {
    // Nothing else is given it while the Studio is away.
    this.#port ??= await freePort();
    const catalyst = join(import.meta.dirname, '..', '..', '..', 'scripts', 'catalyst.mjs');
    const args = [catalyst, 'studio', this.#path, '--port', String(this.#port), '--no-open'];
    const child = spawn(process.execPath, args, { env: this.#env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    for await (const line of createInterface(child.stdout)) {
      const [address] = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(line) ?? [];
      if (address !== undefined) return address;
    }
    throw new Error('catalyst studio ended without an address');
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await new Promise((resolve) => child.once('exit', resolve));
  }
}
