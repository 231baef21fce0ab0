import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Plan } from '../../../src/core/codegen/python/index.ts';
import { freePort } from '../../../src/host/ports.ts';
import { planOf, planOfText } from '../../compile.ts';
import { lacksBrowser, startChromium } from '../../studio/chromium.ts';
import { python, startGenerated, writeGenerated, type RunningService } from '../generatedProject.ts';

/*
 * What /openapi.json says of one service of all examples is held against what the service does:
 * https://schemathesis.readthedocs.io/en/stable/reference/checks/
 */
const run = promisify(execFile);
const repository = join(import.meta.dirname, '../../..');
const examples = join(repository, 'examples');

let folder: string;
let service: RunningService;

/** A run that waits for a person is answered with a link soon. */
const env = {
  EXPOSE_ERRORS: 'false',
  APPROVER: 'lead',
  APPROVAL_SECRET: 'a secret of this test',
  DURABLE_ANSWER_SECONDS: '0.2',
};

beforeAll(async () => {
  folder = writeGenerated(...readdirSync(examples).flatMap(plansOf));
  copyFileSync(join(import.meta.dirname, 'served.py'), join(folder, 'served.py'));
  const port = await freePort();
  // One of the examples asks a tool that another one is.
  const itself = { MCP_SUMMARIES_URL: `http://127.0.0.1:${port}/mcp`, ALLOW_PRIVATE_ADDRESSES: '1' };
  const documents = { DOCUMENTS_PATH: join(examples, 'ask-docs/documents'), QDRANT_PATH: join(folder, 'qdrant') };
  service = await startGenerated(folder, { module: 'served', port, env: { ...env, ...itself, ...documents } });
  const indexed = await fetch(`${service.url}/index-docs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  if (!indexed.ok) throw new Error(`The documents were not taken in: ${await indexed.text()}`);
});

/** The workflows of an example that are asked from outside. */
function plansOf(name: string): Plan[] {
  const file = (of: string): string => join(examples, name, `${of}.workflow.json`);
  switch (name) {
    case 'chat':
      // `support-chat` has its path, and both are to be asked.
      return [planOfText(readFileSync(file(name), 'utf8').replace('"/chat"', '"/plain-chat"'), file(name))];
    case 'ask-docs':
      return [planOf(file(name)), planOf(file('index-docs'))];
    default:
      return [planOf(file(name))];
  }
}

afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

/**
 * All checks are on for all operations but one: the messages of `house-model` go to its model, which knows more of them
 * than a schema says, so that some that fit its schema are refused.
 */
const configuration = `
[[operations]]
include-path = "/house-model"
checks.positive_data_acceptance.enabled = false
`;

test('schemathesis finds nothing in answers in one piece', async () => {
  const found = await schemathesis('application/json, text/event-stream;q=0.5', []);
  // It warns that it finds no run that goes on, of those that it may ask for.
  expect(found).toMatch(allPassed);
});

test('schemathesis finds nothing in answers as streams', async () => {
  const { paths } = (await (await fetch(`${service.url}/openapi.json`)).json()) as Description;
  const streamed = Object.entries(paths).filter(([, path]) => JSON.stringify(path).includes('"text/event-stream"'));
  // What has no choice has been asked above, and the stream of `approve-refund` ends when a person has decided.
  const elsewhere = /^\/(?:v1\/|mcp$|runs\/|refunds$)/u;
  const asked = streamed.map(([path]) => path).filter((path) => !elsewhere.test(path));
  expect(asked.length).toBeGreaterThan(15);
  const included = asked.flatMap((path) => ['--include-path', path]);
  expect(await schemathesis('text/event-stream, application/json;q=0.5', included)).toMatch(allPassed);
});

interface Description {
  readonly paths: Readonly<Record<string, unknown>>;
}

const allPassed = /(\d+) generated, \1 passed/;

/** What schemathesis says, asked with this Accept. */
async function schemathesis(accept: string, more: readonly string[]): Promise<string> {
  writeFileSync(join(folder, 'schemathesis.toml'), configuration);
  const limits = ['--max-examples', '4', '--seed', '1', '--generation-deterministic'];
  const options = [
    '--no-color',
    '--request-timeout',
    '20',
    '--phases',
    'examples,coverage,fuzzing',
    '-H',
    `Accept: ${accept}`,
    ...more,
  ];
  const found = await run(
    python,
    ['-m', 'schemathesis.cli', 'run', `${service.url}/openapi.json`, ...limits, ...options],
    { cwd: folder },
  ).catch((error: { readonly stdout: string; readonly stderr: string }) => error);
  return found.stdout + found.stderr;
}

test('the model of `reading-aid` calls the tool that `summary-tool` is, as its lock file has it', async () => {
  const asked = await fetch(`${service.url}/reading-aid`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ question: 'Summarize this.', text: 'Owls hunt at night.' }),
  });
  const events = await asked.text();
  expect(/event: tool_result\ndata: (.*)/u.exec(events)?.[1]).toContain('gave a result.');
  expect(events).toContain('event: done');
});

describe('clients made of it ask, stream and are told what is wrong', () => {
  let description: string;

  beforeAll(async () => {
    description = join(folder, 'openapi.json');
    writeFileSync(description, await (await fetch(`${service.url}/openapi.json`)).text());
  });

  test('openapi-python-client', async () => {
    const made = join(folder, 'asking', 'client');
    const config = join(folder, 'generator.json');
    writeFileSync(config, JSON.stringify({ post_hooks: [] }));
    const options = ['--config', config, '--path', description, '--output-path', made, '--meta', 'none'];
    const { stdout, stderr } = await run(python, ['-m', 'openapi_python_client', 'generate', ...options]);
    expect(stdout + stderr).not.toMatch(/Unable|warning/iu);
    copyFileSync(join(import.meta.dirname, 'ask.py'), join(folder, 'asking', 'ask.py'));
    const asked = await run(python, ['ask.py', service.url], { cwd: join(folder, 'asking') });
    expect(asked).toEqual({ stdout: '', stderr: '' });
  });

  test('@hey-api/openapi-ts', async () => {
    const tools = await typescriptTools();
    const asking = join(tools, `asking-${process.pid}`);
    mkdirSync(asking);
    try {
      const bin = (name: string): string => join(tools, 'node_modules', name);
      await run(process.execPath, [
        bin('@hey-api/openapi-ts/bin/run.js'),
        '-i',
        description,
        '-o',
        join(asking, 'client'),
      ]);
      copyFileSync(join(import.meta.dirname, 'typescript/ask.ts'), join(asking, 'ask.ts'));
      await build({
        configFile: false,
        logLevel: 'error',
        build: { ssr: join(asking, 'ask.ts'), outDir: join(asking, 'built'), target: 'node20' },
      });
      const checked = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext', '--target', 'es2023'];
      const types = [
        '--moduleResolution',
        'bundler',
        '--types',
        'node',
        '--typeRoots',
        join(repository, 'node_modules/@types'),
      ];
      const compiled = [bin('typescript/bin/tsc'), ...checked, ...types, join(asking, 'ask.ts')];
      const { stdout: complaints } = await run(process.execPath, compiled).catch((error: { stdout: string }) => error);
      expect(complaints).toBe('');
      const asked = await run(process.execPath, [join(asking, 'built', 'ask.js'), service.url]);
      expect(asked).toEqual({ stdout: '', stderr: '' });
    } finally {
      rmSync(asking, { recursive: true });
    }
  });
});

/** Where the generator is installed: it wants an older TypeScript than this repository has. */
async function typescriptTools(): Promise<string> {
  const listed = join(import.meta.dirname, 'typescript');
  const tools = join(repository, 'node_modules/.cache/catalyst-api-client');
  const locked = join(tools, 'package-lock.json');
  const wanted = readFileSync(join(listed, 'package-lock.json'), 'utf8');
  if (existsSync(join(tools, 'node_modules')) && readFileSync(locked, 'utf8') === wanted) return tools;
  rmSync(tools, { recursive: true, force: true });
  cpSync(listed, tools, { recursive: true });
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: tools });
  return tools;
}

test.skipIf(lacksBrowser)(
  '/docs asks the service in a browser, stream and refusal, with nothing from elsewhere',
  async () => {
    const browser = await startChromium();
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('request', (request) => new URL(request.url()).origin !== service.url && complaints.push(request.url()));
    await page.goto(`${service.url}/docs`);
    const weigh = page.locator('section', { hasText: 'POST /weigh' });
    await expect(weigh.getByLabel('Body').inputValue()).resolves.toContain('Should our shop offer free returns?');
    await weigh.getByLabel('Accept').selectOption('text/event-stream');
    await weigh.getByRole('button', { name: 'Send' }).click();
    await weigh.getByText('event: done').waitFor();
    await expect(weigh.locator('pre').first().textContent()).resolves.toContain('This is a simulated answer');
    expect(complaints).toEqual([]);
    await weigh.getByLabel('Body').fill('{}');
    await weigh.getByLabel('Accept').selectOption('application/json');
    await weigh.getByRole('button', { name: 'Send' }).click();
    await weigh.getByText('"invalid_input"').first().waitFor();
  },
);
