// npm run bench:studio [-- --rounds N]: the Studio as a person meets it, in a real Chromium; see docs/performance.md.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { cpus, loadavg, tmpdir } from 'node:os';
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
const drops = 12;
const [streams, tokensPerSecond, streamedSeconds] = [10, 100, 8];
const measureName = 'catalyst: change to findings';

await setUp({ page: true });
if (executablePath === undefined) {
  process.stderr.write('There is no Chromium here: install the package chromium.\n');
  process.exit(3);
}
const folder = mkdtempSync(join(tmpdir(), 'catalyst-studio-bench-'));
const env = { ...process.env, CATALYST_DATA_DIR: join(folder, 'data'), OPENAI_API_KEY: '', OPENAI_BASE_URL: '' };
const browser = await chromium.launch({ executablePath, args: flags });
const rows = [];
const loadBefore = loadavg();
try {
  writeFile('twenty', workflow(20));
  writeFile('thousand', workflow(1000));
  writeFile('streams', parallel());
  cpSync(join(root, 'examples', 'chat'), join(folder, 'chat'), { recursive: true });
  await measureStart();
  await measureLargeCanvas();
  await measureRun();
  await measureStreams();
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
    const { page, context } = await openPage(studio.url);
    await page.locator('.react-flow__node').first().waitFor();
    samples.usable.push(performance.now() - started);
    await page.waitForTimeout(1500);
    load = await firstLoad(page);
    samples.memory.push(memoryOf(studio.child.pid));
    await context.close();
    await studio.stop();
  }
  add('from the command to its address', median(samples.address), 'ms', 300);
  add('from the command to a canvas of 20 nodes, a new browser profile', median(samples.usable), 'ms', 1200);
  add('script and style before the first paint, gzip', load.bytes / 1024, 'KiB', 300);
  add('requests before it', load.requests, '', 8);
  add('memory of the server at rest', median(samples.memory), 'MiB', 120);
}

async function measureLargeCanvas() {
  const studio = await startStudio(join(folder, 'thousand', 'thousand.workflow.json'));
  const { page, context } = await openPage(studio.url);
  await page.waitForFunction(() => globalThis.firstNodeAt !== undefined);
  add('first paint of 1,000 nodes, from the address on', await page.evaluate(() => globalThis.firstNodeAt), 'ms', 1000);
  await page.waitForFunction((name) => performance.getEntriesByName(name).length > 0, measureName);
  await page.keyboard.press('0');
  await page.waitForTimeout(1000);
  const canvas = await page.locator('.react-flow').boundingBox();
  const middle = { x: canvas.x + canvas.width / 2, y: canvas.y + canvas.height / 2 };
  const node = await visibleNode(page, canvas);
  const gestures = {
    'dragging a node': async ({ mouse }) => {
      await mouse.move(node.x + node.width / 2, node.y + 12);
      await mouse.down();
      for (let step = 0; step < 120; step += 1)
        await mouse.move(node.x + node.width / 2 + 2 * step, node.y + 12 + step / 2);
      await mouse.up();
    },
    'moving the canvas': async ({ mouse }) => {
      await mouse.move(middle.x, middle.y);
      await mouse.down({ button: 'middle' });
      for (let step = 0; step < 120; step += 1) await mouse.move(middle.x - 4 * step, middle.y);
      await mouse.up({ button: 'middle' });
    },
    'zooming out until all are in view, and in again': async ({ mouse, keyboard }) => {
      await mouse.move(middle.x, middle.y);
      await keyboard.down('Control');
      for (let step = 0; step < 120; step += 1) await mouse.wheel(0, step < 60 ? 20 : -20);
      await keyboard.up('Control');
    },
  };
  const empty = await context.newPage();
  for (const [title, gesture] of Object.entries(gestures)) {
    await empty.bringToFront();
    const most = (await framesOf(empty, gesture)).perSecond;
    await page.bringToFront();
    const { perSecond, cpu } = await framesOf(page, gesture);
    add(`1,000 nodes: ${title}`, perSecond, 'frames/s', title.startsWith('zoom') ? 40 : 50, 'least');
    add('the same on an empty page, which is the most that can be', most, 'frames/s');
    add('CPU of the page for a frame of it', cpu, 'ms');
    await page.waitForTimeout(500);
  }
  await empty.close();
  await page.keyboard.press('0');
  await page.waitForTimeout(1000);
  await measureTyping(page, canvas);
  await measureDrops(page, canvas);
  await context.close();
  await studio.stop();
}

/** Types into the text of a prompt, slowly enough that each key is written, and looks when its findings are there. */
async function measureTyping(page, canvas) {
  const node = await visibleNode(page, canvas, '[data-id^="prompt_"]');
  await page.mouse.click(node.x + node.width / 2, node.y + 12);
  const field = page.getByRole('complementary', { name: 'Properties' }).locator('.cm-content').first();
  await field.click();
  await page.keyboard.press('x');
  await page.waitForTimeout(1500);
  await page.evaluate(() => {
    performance.clearMeasures();
    Object.assign(globalThis, { keysAt: [], handling: [] });
    addEventListener('keydown', ({ timeStamp }) => globalThis.keysAt.push(timeStamp), { capture: true });
    new PerformanceObserver((list) => {
      for (const { name, processingStart, processingEnd } of list.getEntries())
        if (name === 'keydown' || name === 'input') globalThis.handling.push(processingEnd - processingStart);
    }).observe({ type: 'event', durationThreshold: 16 });
  });
  const { longest, total } = await cpuOfTasks(page, async () => {
    for (let key = 0; key < keysTyped; key += 1) {
      await page.keyboard.press('x');
      await page.waitForTimeout(300);
    }
    await page.waitForTimeout(500);
  });
  const { keys, found, handling } = await page.evaluate(
    (name) => ({
      keys: globalThis.keysAt,
      found: performance.getEntriesByName(name).map(({ startTime, duration }) => ({ startTime, duration })),
      handling: globalThis.handling,
    }),
    measureName,
  );
  const endings = found.map(({ startTime, duration }) => startTime + duration);
  const waits = keys.flatMap((at) =>
    endings
      .filter((end) => end > at)
      .slice(0, 1)
      .map((end) => end - at),
  );
  const changes = found.map(({ duration }) => duration);
  if (found.length < keysTyped * 0.9) throw new Error(`Of ${keysTyped} keys only ${found.length} were written.`);
  add('1,000 nodes: from a key to its findings, median', median(waits), 'ms', 50);
  add('the same, 95th percentile', percentile(waits, 95), 'ms', 50);
  add('of it from the change of the text on, 95th percentile', percentile(changes, 95), 'ms');
  // What ends within 16 ms is not told of.
  const all = [...handling, ...Array.from({ length: Math.max(0, 2 * keysTyped - handling.length) }, () => 0)];
  add('what handles the key itself, 95th percentile', percentile(all, 95), 'ms', 16);
  add('CPU of the page for a key and all that follows', total / keysTyped, 'ms');
  add('longest task of the page while typing, CPU', longest, 'ms', 50);
}

async function measureDrops(page, canvas) {
  const { longest, total } = await cpuOfTasks(page, async () => {
    for (let drop = 0; drop < drops; drop += 1) {
      const node = await visibleNode(page, canvas);
      const from = { x: node.x + node.width / 2, y: node.y + 12 };
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      for (let step = 1; step <= 3; step += 1) await page.mouse.move(from.x + 8 * step, from.y + 8 * step);
      await page.mouse.up();
      await page.waitForTimeout(400);
    }
  });
  add('CPU of the page for a node that is dragged a little and dropped', total / drops, 'ms');
  add('longest task of the page meanwhile, CPU', longest, 'ms', 50);
}

/**
 * What the tasks of a page's main thread cost while something is done, in milliseconds of CPU: on a machine that others use too,
 * the clock would count their work.
 */
async function cpuOfTasks(page, work) {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const isMain = ({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain';
  const threads = traceEvents.filter(isMain).map(({ pid, tid }) => {
    const tasks = traceEvents.filter(
      (event) => event.pid === pid && event.tid === tid && event.name === 'ThreadControllerImpl::RunTask',
    );
    const costs = tasks.map(({ tdur = 0 }) => tdur / 1000);
    return { longest: costs.reduce((most, cost) => Math.max(most, cost), 0), total: costs.reduce((a, b) => a + b, 0) };
  });
  const [busiest] = threads.toSorted((a, b) => b.total - a.total);
  if (busiest === undefined || busiest.total === 0) throw new Error('The trace tells of no task.');
  return busiest;
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

/** Many answers at once, from a server that keeps its pace, on the canvas and in a view below it. */
async function measureStreams() {
  const upstream = createServer(streamAnswer).listen(0, '127.0.0.1');
  await new Promise((resolve) => upstream.once('listening', resolve));
  const own = { OPENAI_API_KEY: 'none', OPENAI_BASE_URL: `http://127.0.0.1:${upstream.address().port}/v1` };
  const studio = await startStudio(join(folder, 'streams', 'streams.workflow.json'), own);
  const { page, context } = await openPage(studio.url);
  await page.locator('.react-flow__node').first().waitFor();
  // The first run builds and starts the service.
  await page.keyboard.press('Control+Enter');
  await endStreams(page);
  for (const view of ['Chat', 'Run']) {
    await page.getByRole('tab', { name: view }).click();
    await page.waitForTimeout(1000);
    await page
      .getByRole('main')
      .locator('.react-flow__pane')
      .click({ position: { x: 300, y: 20 } });
    const { longest, total } = await cpuOfTasks(page, async () => {
      await page.keyboard.press('Control+Enter');
      await page.getByRole('banner').getByRole('button', { name: 'Stop', exact: true }).waitFor();
      await page.waitForTimeout(streamedSeconds * 1000);
    });
    await endStreams(page);
    const title = `${streams} streams of ${tokensPerSecond} tokens/s, ${view} open`;
    add(`${title}: longest task, CPU`, longest, 'ms', 50);
    add('CPU of the page meanwhile', total / streamedSeconds / 10, '% of a core');
  }
  await context.close();
  await studio.stop();
  upstream.close();
  upstream.closeAllConnections();
}

async function endStreams(page) {
  const stop = page.getByRole('banner').getByRole('button', { name: 'Stop', exact: true });
  await stop.waitFor({ timeout: 120_000 });
  await page.getByText('running').or(page.locator('[data-state="running"]')).first().waitFor({ timeout: 120_000 });
  await stop.click();
  await stop.waitFor({ state: 'detached', timeout: 30_000 });
}

/** Answers as a model does that writes so many tokens in a second, with a paragraph now and then. */
function streamAnswer(request, response) {
  request.resume();
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const send = (delta) => {
    const chunk = { id: 'answer', object: 'chat.completion.chunk', created: 1, model: 'gpt-5.4-mini' };
    response.write(`data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`);
  };
  send({ role: 'assistant', content: '' });
  const began = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * tokensPerSecond;
    for (; sent < due; sent += 1) send({ content: sent % 40 === 39 ? '\n\n' : ` token${sent}` });
  }, 1000 / tokensPerSecond);
  response.on('close', () => clearInterval(timer));
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

async function framesOf(page, work) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const cpuNow = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
  };
  await page.evaluate(() => {
    globalThis.frameTimes = [];
    const tick = (time) => {
      globalThis.frameTimes.push(time);
      globalThis.ticking = requestAnimationFrame(tick);
    };
    globalThis.ticking = requestAnimationFrame(tick);
  });
  const before = await cpuNow();
  await work(page);
  const after = await cpuNow();
  const times = await page.evaluate(() => {
    cancelAnimationFrame(globalThis.ticking);
    return globalThis.frameTimes;
  });
  await session.detach();
  const frames = times.length - 1;
  return { perSecond: (frames * 1000) / (times.at(-1) - times[0]), cpu: (after - before) / frames };
}

async function visibleNode(page, canvas, which = '') {
  for (const node of await page.locator(`.react-flow__node${which}`).all()) {
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

async function startStudio(path, own = {}) {
  const child = spawn(process.execPath, [catalyst, 'studio', path, '--port', '0', '--no-open'], {
    cwd: folder,
    env: { ...env, ...own },
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
  await page.addInitScript(() => {
    const seen = new MutationObserver(() => {
      if (document.querySelector('header') !== null) globalThis.firstPaintAt ??= performance.now();
      if (document.querySelector('.react-flow__node') === null) return;
      seen.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => (globalThis.firstNodeAt = performance.now())));
    });
    seen.observe(document, { subtree: true, childList: true });
  });
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('header').first().waitFor();
  return { page, context };
}

/** What was asked before the first paint, and how large the scripts and styles of it came over the wire. */
async function firstLoad(page) {
  return page.evaluate(() => {
    const before = performance
      .getEntriesByType('resource')
      .filter(({ startTime }) => startTime < globalThis.firstPaintAt);
    const code = before.filter(({ name }) => /\.(js|css)$/.test(name));
    const bytes = code.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
    // The document is not among its resources.
    return { bytes, requests: before.length + 1 };
  });
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

/** An endpoint, completions side by side, and a response that streams all of them. */
function parallel() {
  const answers = Array.from({ length: streams }, (_, index) => ({
    id: `answer_${index}`,
    type: 'openaiCompletion',
    position: { x: 300, y: index * 180 },
    config: { model: 'gpt-5.4-mini', messages: [{ role: 'user', content: `{{ input.message }} ${index}` }] },
  }));
  const inputSchema = { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] };
  const nodes = [
    { id: 'ask', type: 'httpEndpoint', position: { x: 0, y: 0 }, config: { path: '/ask', inputSchema } },
    ...answers,
    {
      id: 'reply',
      type: 'response',
      position: { x: 700, y: 0 },
      config: { output: answers.map(({ id }) => `{{ nodes.${id}.output.content }}`).join('\n') },
    },
  ];
  const edges = answers.flatMap(({ id }) => [
    { source: 'ask', target: id },
    { source: id, target: 'reply' },
    { source: id, sourceHandle: 'stream', target: 'reply', targetHandle: 'stream' },
  ]);
  return JSON.stringify({ version: 1, name: 'streams', nodes, edges }, null, 2);
}

function writeFile(name, text) {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, `${name}.workflow.json`), text);
}

/** @param target undefined for what only explains the row above it */
function add(title, value, unit, target, kind = 'most') {
  const isReached = target === undefined ? undefined : kind === 'most' ? value <= target : value >= target;
  rows.push({ title, value, unit, target, kind, isReached });
  process.stderr.write(`${title}: ${format(value)} ${unit}\n`);
}

function report() {
  const lines = rows.map(({ title, value, unit, target, kind, isReached }) => {
    const goal = target === undefined ? '' : `${kind === 'most' ? 'at most' : 'at least'} ${target}`;
    const verdict = isReached === undefined ? '' : isReached ? 'yes' : 'no';
    return `| ${title} | ${format(value)} ${unit} | ${goal} | ${verdict} |`;
  });
  const table = ['| what | measured | target | reached |', '| --- | --- | --- | --- |', ...lines, ''].join('\n');
  const load = [loadBefore, loadavg()].map(([minute]) => minute.toFixed(1)).join(' to ');
  const machine = `${cpus().length} cores, load ${load}; ${rounds} rounds of the start, one of the rest.\n`;
  const results = join(root, 'bench', 'results');
  writeFileSync(join(results, 'studio.md'), `${table}\n${machine}`);
  writeFileSync(join(results, 'studio.json'), `${JSON.stringify({ load: [loadBefore, loadavg()], rows }, null, 2)}\n`);
  process.stdout.write(`\n${table}\n${machine}`);
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
