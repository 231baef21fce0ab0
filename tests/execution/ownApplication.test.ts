import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, onTestFinished, test } from 'vitest';

import { emit } from '../../src/core/codegen/python/index.ts';
import { freePort } from '../../src/host/ports.ts';
import { updateProject } from '../../src/host/projectWriter.ts';
import { planOf } from '../compile.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { python, startGenerated } from './generatedProject.ts';

/*
 * What the owner of a service adds to app/main.py (CORS, a router of their own) works beside the routes of workflows, and is
 * still there after the next build.
 */
const example = (name: string) => planOf(join(import.meta.dirname, `../../examples/${name}/${name}.workflow.json`));
const origin = 'https://shop.example';
const added = `
from fastapi import APIRouter
from fastapi.middleware.cors import CORSMiddleware

own = APIRouter(prefix="/own")


@own.get("/greeting")
async def greeting() -> str:
    return "hello"


app.include_router(own)
app.add_middleware(CORSMiddleware, allow_origins=["${origin}"], allow_methods=["POST"], allow_headers=["*"])
`;
let folder: string;
const main = (): string => join(folder, 'app/main.py');

beforeEach(async () => {
  folder = await temporaryFolder();
  await updateProject(folder, emit(example('chat')));
  await writeFile(main(), (await readFile(main(), 'utf8')) + added);
  await updateProject(folder, emit(example('chat'), example('extract-order')), { force: 'backup' });
});

/** What a browser at `origin` gets of the owner's additions and of the routes of both workflows. */
async function seenAt(url: string): Promise<object> {
  const allowed = ({ headers }: Response): string | null => headers.get('access-control-allow-origin');
  const ask = async (path: string, input: object): Promise<object> => {
    const headers = { origin, 'content-type': 'application/json' };
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(input) });
    return { status: answer.status, allowed: allowed(answer), keys: Object.keys((await answer.json()) as object) };
  };
  const asking = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
  return {
    greeting: await (await fetch(`${url}/own/greeting`)).json(),
    preflight: allowed(await fetch(`${url}/chat`, { method: 'OPTIONS', headers: asking })),
    chat: await ask('/chat', { message: 'Two lamps, please.' }),
    extract: await ask('/orders/extract', { text: 'Two lamps, please.' }),
  };
}

const answered = { status: 200, allowed: origin, keys: ['output', 'usage', 'meta'] };
const everything = { greeting: 'hello', preflight: origin, chat: answered, extract: answered };

test('under python -m app.runtime.serve', async () => {
  const service = await startGenerated(folder);
  onTestFinished(async () => service.stop());
  expect(await seenAt(service.url)).toEqual(everything);
});

test('under uvicorn app.main:app', async () => {
  const port = await freePort();
  const other = await startGenerated(folder);
  onTestFinished(async () => other.stop());
  const env = { ...process.env, OPENAI_BASE_URL: other.upstreamUrl, OPENAI_API_KEY: 'sk-test' };
  const uvicorn = spawn(python, ['-m', 'uvicorn', 'app.main:app', '--port', String(port)], { cwd: folder, env });
  onTestFinished(() => void uvicorn.kill());
  const url = `http://127.0.0.1:${port}`;
  const isReady = async (): Promise<boolean> =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (uvicorn.exitCode === null && !(await isReady())) await sleep(50);
  expect(await seenAt(url)).toEqual(everything);
});
