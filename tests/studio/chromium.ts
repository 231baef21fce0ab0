import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { onTestFinished } from 'vitest';

const places = [
  process.env['CATALYST_TEST_CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const chromiumPath = places.find((place) => existsSync(place));

/** Without a browser its tests are left out, except where it is required, as in the CI: there they fail. */
export const lacksBrowser = chromiumPath === undefined && process.env['CATALYST_BROWSER'] !== 'required';

/** A browser that ends with the test. */
export async function startChromium(...args: string[]): Promise<Browser> {
  const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
  const browser = await chromium.launch({
    executablePath: chromiumPath ?? '',
    // Root, as in a container, has no sandbox to offer.
    args: ['--no-sandbox', '--disable-component-update', '--disable-sync', ...quiet, ...args],
  });
  onTestFinished(() => browser.close());
  return browser;
}
