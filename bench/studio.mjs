// npm run bench:studio [-- --rounds N]: the Studio as a person meets it, in a real Chromium; see docs/performance.md.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

import { root, setUp } from '../scripts/setup.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = Number(values.rounds);
const catalyst = join(root, 'dist', 'catalyst.js');
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const viewport = { width: 1440, height: 900 };
const keysTyped = 40;
const measureName = 'catalyst: change to findings';

await setUp();
if (executablePath === undefined) {
  process.stderr.write('There is no Chromium here: install the package chromium.\n');
  process.exit(3);
}
const folder = mkdtempSync(join(tmpdir(), 'catalyst-studio-bench-'));
const env = { ...process.env, CATALYST_DATA_DIR: join(folder, 'data'), OPENAI_API_KEY: '', OPENAI_BASE_URL: '' };
const browser = await chromium.launch({ executablePath, args: flags });
const rows = [];
try {
  writeFile('twenty', workflow(20));
  writeFile('thousand', workflow(1000));
  cpSync(join(root, 'examples', 'chat'), join(folder, 'chat'), { recursive: true });
  await measureStart();
  await measureLargeCanvas();
  await measureRun();
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
report();

async function measureStart() {
  const samples = { address: [], usable: [], memory: [] };
  let load;
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    const studio = await startStudio(join(folder, 'twenty', 'twenty.workflow.json'));
    samples.address.push(performance.now() - started);
    const { page, context, transferred } = await openPage(studio.url);
    await page.locator('.react-flow__node').first().waitFor();
    samples.usable.push(performance.now() - started);
    await page.waitForTimeout(1500);
    load = transferred();
    samples.memory.push(memoryOf(studio.child.pid));
    await context.close();
    await studio.stop();
  }
  add('from the command to its address', median(samples.address), 'ms', 300);
  add('from the command to a canvas of 20 nodes, a new browser profile', median(samples.usable), 'ms', 1200);
  add('script and style before the first paint, gzip', load.bytes / 1024, 'KiB', 300);
  add('requests for these', load.requests, '', 8);
  add('memory of the server at rest', median(samples.memory), 'MiB', 120);
}

async function measureLargeCanvas() {
  const studio = await startStudio(join(folder, 'thousand', 'thousand.workflow.json'));
  const { page, context } = await openPage(studio.url);
  const opened = await page.evaluate(() => performance.now());
  await page.locator('.react-flow__node').first().waitFor();
  add(
    'first paint of 1,000 nodes, from the page on',
    (await page.evaluate(() => performance.now())) - opened,
    'ms',
    1000,
  );
  await page.waitForFunction((name) => performance.getEntriesByName(name).length > 0, measureName);
  await page.keyboard.press('0');
  await page.waitForTimeout(500);
  const canvas = await page.locator('.react-flow').boundingBox();
  const middle = { x: canvas.x + canvas.width / 2, y: canvas.y + canvas.height / 2 };
  const node = await visibleNode(page, canvas);
  await frames(page, 'dragging a node among 1,000', 50, async () => {
    await page.mouse.move(node.x + node.width / 2, node.y + 12);
    await page.mouse.down();
    for (let step = 0; step < 60; step += 1)
      await page.mouse.move(node.x + node.width / 2 + 3 * step, node.y + 12 + step);
    await page.mouse.up();
  });
  await frames(page, 'moving the canvas of 1,000 nodes', 50, async () => {
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down({ button: 'middle' });
    for (let step = 0; step < 60; step += 1) await page.mouse.move(middle.x - 5 * step, middle.y);
    await page.mouse.up({ button: 'middle' });
  });
  await frames(page, 'zooming into and out of 1,000 nodes', 40, async () => {
    await page.mouse.move(middle.x, middle.y);
    await page.keyboard.down('Control');
    for (let step = 0; step < 60; step += 1) await page.mouse.wheel(0, step < 30 ? 20 : -20);
    await page.keyboard.up('Control');
  });
  await page.keyboard.press('0');
  await measureTyping(page, canvas);
  await context.close();
  await studio.stop();
}

/** Types into a field of a node and looks when the findings of each key are there, and how long the page was blocked. */
async function measureTyping(page, canvas) {
  const node = await visibleNode(page, canvas);
  await page.mouse.click(node.x + node.width / 2, node.y + 12);
  const field = page.getByRole('complementary', { name: 'Properties' }).getByRole('textbox', { name: 'Name' });
  await field.waitFor();
  await page.evaluate(() => {
    performance.clearMeasures();
    globalThis.longTasks = [];
    new PerformanceObserver((list) =>
      globalThis.longTasks.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({ type: 'longtask' });
  });
  await field.click();
  for (let key = 0; key < keysTyped; key += 1) {
    await page.keyboard.press('x');
    await page.waitForTimeout(120);
  }
  await page.waitForTimeout(500);
  const [durations, longTasks] = await page.evaluate(
    (name) => [performance.getEntriesByName(name).map(({ duration }) => duration), globalThis.longTasks],
    measureName,
  );
  add('from a key to its findings, 1,000 nodes, 95th percentile', percentile(durations, 95), 'ms', 50);
  add('longest time for which typing blocked the page', Math.max(0, ...longTasks), 'ms', 50);
}

async function measureRun() {
  const studio = await startStudio(join(folder, 'chat', 'chat.workflow.json'));
  const { page, context } = await openPage(studio.url);
  await page.locator('.react-flow__node').first().waitFor();
  await page.evaluate(() => {
    // Each change of a text on the canvas, with the clock that the server's times are from.
    globalThis.shown = [];
    const canvas = document.querySelector('.react-flow');
    new MutationObserver(() => {
      requestAnimationFrame(() => globalThis.shown.push(Date.now()));
    }).observe(canvas, { subtree: true, characterData: true, childList: true });
  });
  const events = tokensOf(page);
  await page.keyboard.press('Control+Enter');
  await untilDone(page);
  events.clear();
  await page.evaluate(() => (globalThis.shown = []));
  const pressed = Date.now();
  await page.keyboard.press('Control+Enter');
  await untilDone(page);
  const tokens = await events.all();
  const shown = await page.evaluate(() => globalThis.shown);
  add('from the key to the first event of a run, service warm', tokens.first - pressed, 'ms', 250);
  const late = tokens.at.map((at) => (shown.find((time) => time >= at) ?? Infinity) - at).filter(Number.isFinite);
  add('from a token at the Studio to it on its node, 95th percentile', percentile(late, 95), 'ms', 50);
  await context.close();
  await studio.stop();
}

/** When the server had each token, as its own events say; read beside the page from the same stream of events. */
function tokensOf(page) {
  const bodies = [];
  const listening = page.evaluate(() => {
    globalThis.received = [];
    const { decode } = Object.getOwnPropertyDescriptors(TextDecoder.prototype);
    TextDecoder.prototype.decode = function decodeAndKeep(...given) {
      const text = decode.value.apply(this, given);
      if (text.includes('"type":"run"')) globalThis.received.push(text);
      return text;
    };
  });
  return {
    clear: () => void page.evaluate(() => (globalThis.received = [])),
    async all() {
      await listening;
      bodies.push(...(await page.evaluate(() => globalThis.received)));
      const updates = bodies
        .join('')
        .split('\n')
        .filter((line) => line.startsWith('data: ') && line.endsWith('}'))
        .map((line) => JSON.parse(line.slice(6)))
        .flatMap((event) => (event.type === 'run' ? [event.update] : []));
      const at = updates.filter(({ kind, event }) => kind === 'event' && event === 'token').map((update) => update.at);
      return { first: Math.min(...updates.filter(({ kind }) => kind !== 'state').map((update) => update.at)), at };
    },
  };
}

async function untilDone(page) {
  const stop = page.getByRole('banner').getByRole('button', { name: 'Stop', exact: true });
  await stop.waitFor({ timeout: 120_000 });
  await stop.waitFor({ state: 'detached', timeout: 120_000 });
}

async function frames(page, title, target, work) {
  await page.evaluate(() => {
    globalThis.frameTimes = [];
    const tick = (time) => {
      globalThis.frameTimes.push(time);
      globalThis.ticking = requestAnimationFrame(tick);
    };
    globalThis.ticking = requestAnimationFrame(tick);
  });
  await work();
  const times = await page.evaluate(() => {
    cancelAnimationFrame(globalThis.ticking);
    return globalThis.frameTimes;
  });
  const seconds = (times.at(-1) - times[0]) / 1000;
  add(title, (times.length - 1) / seconds, 'frames/s', target, 'least');
}

async function visibleNode(page, canvas) {
  for (const node of await page.locator('.react-flow__node').all()) {
    const box = await node.boundingBox();
    if (
      box !== null &&
      box.x > canvas.x + 20 &&
      box.y > canvas.y + 20 &&
      box.x + box.width < canvas.x + canvas.width - 260
    )
      if (box.y + box.height < canvas.y + canvas.height - 120) return box;
  }
  throw new Error('No node is in view.');
}

async function startStudio(path) {
  const child = spawn(process.execPath, [catalyst, 'studio', path, '--port', '0', '--no-open'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (text) => resolve(text.trim()));
    child.once('exit', (code) => reject(new Error(`catalyst studio ended with ${code}`)));
  });
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  };
  return { child, url, stop };
}

async function openPage(url) {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const kinds = new Map();
  let [bytes, requests, isPainted] = [0, 0, false];
  session.on('Network.responseReceived', ({ requestId, response, type }) => {
    if (!isPainted && ['Script', 'Stylesheet'].includes(type)) kinds.set(requestId, response.encodedDataLength);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!kinds.delete(requestId)) return;
    bytes += encodedDataLength;
    requests += 1;
  });
  await page.goto(url);
  await page.locator('header').first().waitFor();
  isPainted = true;
  return { page, context, transferred: () => ({ bytes, requests }) };
}

function memoryOf(pid) {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/);
  return Number(line?.[1] ?? 0) / 1024;
}

/** An endpoint, pairs of a prompt and a completion one after the other, and a response. */
function workflow(count) {
  const nodes = [
    {
      id: 'ask',
      type: 'httpEndpoint',
      config: { path: '/ask', inputSchema: { type: 'object', properties: { message: { type: 'string' } } } },
    },
  ];
  for (let index = 0; nodes.length < count - 1; index += 1) {
    const before =
      index === 0 ? "{{ input.message | default('Hello') }}" : `{{ nodes.answer_${index - 1}.output.content }}`;
    nodes.push({
      id: `prompt_${index}`,
      type: 'promptTemplate',
      config: { messages: [{ role: 'user', content: `Shorten: ${before}` }] },
    });
    if (nodes.length < count - 1)
      nodes.push({
        id: `answer_${index}`,
        type: 'openaiCompletion',
        config: { model: 'gpt-5.4-mini', messages: `{{ nodes.prompt_${index}.output }}` },
      });
  }
  nodes.push({ id: 'reply', type: 'response', config: { output: 'done' } });
  const placed = nodes.map((node, index) => ({
    ...node,
    position: { x: (index % 40) * 280, y: Math.floor(index / 40) * 160 },
  }));
  const edges = placed.slice(1).map(({ id }, index) => ({ source: placed[index].id, target: id }));
  return JSON.stringify({ version: 1, name: `chain-${count}`, nodes: placed, edges }, null, 2);
}

function writeFile(name, text) {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, `${name}.workflow.json`), text);
}

function add(title, value, unit, target, kind = 'most') {
  const isReached = kind === 'most' ? value <= target : value >= target;
  rows.push({ title, value, unit, target, kind, isReached });
  process.stderr.write(`${title}: ${format(value)} ${unit}\n`);
}

function report() {
  const lines = rows.map(
    ({ title, value, unit, target, kind, isReached }) =>
      `| ${title} | ${format(value)} ${unit} | ${kind === 'most' ? 'at most' : 'at least'} ${target} | ${isReached ? 'yes' : 'no'} |`,
  );
  const table = ['| what | measured | target | reached |', '| --- | --- | --- | --- |', ...lines, ''].join('\n');
  const results = join(root, 'bench', 'results');
  writeFileSync(join(results, 'studio.md'), table);
  writeFileSync(join(results, 'studio.json'), `${JSON.stringify(rows, null, 2)}\n`);
  process.stdout.write(`\n${table}`);
}

function format(value) {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

function median(numbers) {
  return percentile(numbers, 50);
}

function percentile(numbers, percent) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
