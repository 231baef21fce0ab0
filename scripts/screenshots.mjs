// npm run screenshots: takes the pictures of the README anew, of the Studio as it is.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

import { root, setUp } from './setup.mjs';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (executablePath === undefined) {
  process.stderr.write('There is no Chromium here: install the package chromium.\n');
  process.exit(3);
}
await setUp({ page: true });
const images = join(root, 'docs', 'images');
mkdirSync(images, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'catalyst-screenshots-'));
cpSync(join(root, 'examples', 'support-chat'), folder, { recursive: true });
const file = join(folder, 'support-chat.workflow.json');
const env = { ...process.env, CATALYST_DATA_DIR: join(folder, 'data'), OPENAI_API_KEY: '', OPENAI_BASE_URL: '' };
const catalyst = join(root, 'dist', 'catalyst.js');
const studio = spawn(process.execPath, [catalyst, 'studio', file, '--port', '0', '--no-open'], {
  env,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise((resolve) =>
  studio.stdout.setEncoding('utf8').once('data', (text) => resolve(text.trim())),
);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 860 }, colorScheme: 'light' });
  await page.goto(url);
  await page.locator('.react-flow__node').first().waitFor();
  await page.getByRole('tab', { name: 'Chat' }).click();
  await page.getByRole('textbox', { name: 'message', exact: false }).first().fill('Where is order A-1042?');
  await page.keyboard.press('Enter');
  // Asked once on a machine.
  await page
    .getByRole('button', { name: 'Run it' })
    .click({ timeout: 3000 })
    .catch(() => undefined);
  await done(page);
  await page
    .getByRole('textbox', { name: 'message', exact: false })
    .first()
    .fill('How do I return a lamp that does not fit?');
  await page.keyboard.press('Enter');
  await page.getByText('You asked', { exact: false }).first().waitFor({ timeout: 120_000 });
  await page.keyboard.press('F6');
  await page.keyboard.press('Shift+1');
  await page.waitForTimeout(600);
  await page.screenshot({ path: join(images, 'studio-run.png') });
  await done(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('.react-flow__node[data-id="answer"]').click();
  await page.getByRole('tab', { name: 'Code' }).click();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(images, 'studio-code.png') });
} finally {
  await browser.close();
  studio.kill('SIGTERM');
  await new Promise((resolve) => studio.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
}

async function done(page) {
  const stop = page.getByRole('banner').getByRole('button', { name: 'Stop', exact: true });
  await stop.waitFor({ timeout: 120_000 }).catch(() => undefined);
  await stop.waitFor({ state: 'detached', timeout: 120_000 });
}
