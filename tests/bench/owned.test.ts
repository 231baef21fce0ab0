import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Processes } from '../../src/host/processes.ts';
import { startPythonServer, type PythonServer } from '../../src/host/python/server.ts';
import { planOf } from '../compile.ts';
import { python, startGenerated, writeGenerated, type RunningService } from '../execution/generatedProject.ts';

const run = promisify(execFile);
const repository = join(import.meta.dirname, '../..');
const owned = join(repository, 'bench/owned');

/** What each example is asked; a stream too, where it streams. */
const requests: readonly (readonly [example: string, path: string, input: object, streams: boolean])[] = [
  ['chat', '/chat', { message: 'Why is the sky blue?' }, true],
  ['extract-order', '/orders/extract', { text: 'Please send two desk lamps to Leeds.' }, false],
  ['help-desk', '/help', { message: 'Where is my order A-1042?' }, true],
  ['second-opinion', '/weigh', { question: 'Should our shop offer free returns?' }, true],
  ['second-opinion', '/weigh', { question: 'Should our shop offer free returns?', verdict: false }, true],
  ['support-chat', '/chat', { message: 'How do I return a lamp?', language: 'de' }, true],
  ['support-chat', '/chat', { message: 'Where is my order A-1042?' }, true],
];

interface Answers {
  readonly status: number;
  readonly whole: string;
  readonly stream: string | null;
}

/** Asks the files written by hand in a process of their own: they have to import, and each runs as one application. */
const askByHand = `
import importlib, json, sys
from fastapi.testclient import TestClient
answers = []
for example, path, body, streams in json.loads(sys.argv[1]):
    with TestClient(importlib.import_module(example.replace("-", "_")).app) as client:
        whole = client.post(path, json=body)
        stream = client.post(path, json=body, headers={"accept": "text/event-stream"}).text if streams else None
    answers.append({"status": whole.status_code, "whole": whole.text, "stream": stream})
print(json.dumps(answers))`;

let openai: PythonServer;
const services = new Map<string, RunningService>();
const folders: string[] = [];
let byHand: readonly Answers[];

beforeAll(async () => {
  openai = await startPythonServer({
    processes: new Processes(),
    python,
    folder: join(repository, 'runtime/python'),
    module: 'tests.simulated_providers',
    args: ['--port', '0'],
    env: process.env,
    addressKey: 'base_url',
    onLine: () => {},
  });
  const examples = [...new Set(requests.map(([example]) => example))];
  // Two examples have the same route.
  for (const together of [examples.slice(0, 1), examples.slice(1)]) {
    const folder = writeGenerated(
      ...together.map((name) => planOf(join(repository, 'examples', name, `${name}.workflow.json`))),
    );
    folders.push(folder);
    const service = await startGenerated(folder, { upstream: openai.url });
    for (const name of together) services.set(name, service);
  }
  const env = { ...process.env, OPENAI_BASE_URL: openai.url, OPENAI_API_KEY: 'sk-test', PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout } = await run(python, ['-c', askByHand, JSON.stringify(requests)], { cwd: owned, env });
  byHand = JSON.parse(stdout) as readonly Answers[];
});

afterAll(async () => {
  for (const service of new Set(services.values())) await service.stop();
  await openai.stop();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

async function askGenerated(index: number): Promise<Answers> {
  const [example = '', path = '', input = {}, streams = false] = requests[index] ?? [];
  const ask = (accept: string): Promise<Response> =>
    fetch(`${services.get(example)?.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(input),
    });
  const whole = await ask('application/json');
  const stream = streams ? await (await ask('text/event-stream')).text() : null;
  return { status: whole.status, whole: await whole.text(), stream };
}

/** What of an answer is the workflow's: output and tokens. */
function saidIn({ status, whole }: Answers): object {
  const { output, usage } = JSON.parse(whole) as { output: unknown; usage: { total_tokens: number } };
  return { status, output, tokens: usage.total_tokens };
}

/** What of a stream is the workflow's: its text as it comes, complete calls with what they gave, and the end. */
function saidBy({ stream }: Answers): readonly object[] {
  return (stream ?? '').split('\n\n').flatMap((event): readonly object[] => {
    const [, name, data = ''] = /^event: (token|function_call|tool_result|done)\ndata: (.*)$/u.exec(event) ?? [];
    if (name === undefined) return [];
    const {
      text,
      name: called,
      arguments: given,
      result,
      token_count: count,
    } = JSON.parse(data) as Record<string, unknown>;
    return [{ name, text, called, given, result, count }];
  });
}

test('the command counts the examples that are written by hand, and what is generated for them', async () => {
  const { stdout } = await run(process.execPath, [join(repository, 'bench/owned.mjs'), '--json']);
  const rows = JSON.parse(stdout) as { example: string; generated: number; byHand: number; appLines: number }[];
  expect(rows.map(({ example }) => example)).toEqual([...new Set(requests.map(([example]) => example))].toSorted());
  for (const { generated, byHand: written, appLines } of rows) {
    expect(written).toBeGreaterThan(40);
    expect(generated).toBeGreaterThan(20);
    expect(appLines).toBeGreaterThan(generated);
  }
});

test.each(requests.map(([example, , input], index) => ({ example, input, index })))(
  '$example by hand answers $input as the generated service does',
  async ({ index }) => {
    const written = byHand[index];
    const generated = await askGenerated(index);
    if (written === undefined) throw new Error('It was not asked.');
    expect(saidIn(written)).toEqual(saidIn(generated));
    expect(saidBy(written)).toEqual(saidBy(generated));
  },
);
