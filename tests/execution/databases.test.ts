import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { python, writeGenerated } from './generatedProject.ts';
import { carriedTests, said } from './projectChecks.ts';

let folder: string;

beforeAll(() => {
  folder = writeGenerated(planOf(join(import.meta.dirname, 'databases.workflow.json')));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Starts the real servers, runs the workflow twice with a hostile value, and prints what it answers. */
const script = `
import asyncio, importlib.util, json, os, sys
spec = importlib.util.spec_from_file_location("servers", sys.argv[1])
servers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(servers)
from app.runtime.context import open_context
from app.workflows import databases

async def main():
    async with open_context() as ctx:
        for age in (7, 8):
            asked = databases.DatabasesInput(name="x'); DROP TABLE people; --", age=age)
            print(json.dumps((await databases.run(ctx, asked)).output))

with servers.running_postgres() as postgres, servers.running_redis() as redis:
    os.environ.update(DATABASE_URL=postgres.url, REDIS_URL=redis, SQLITE_PATH="people.sqlite")
    asyncio.run(main())
`;

test('values reach databases as parameters', async ({ skip }) => {
  const servers = join(import.meta.dirname, '../../runtime/python/tests/database_servers.py');
  const output = await said(python, ['-c', script, servers], folder);
  if (output === '' && process.env['CATALYST_DATABASES'] !== 'required') skip('Postgres or Redis is not installed');
  const name = "x'); DROP TABLE people; --";
  expect(
    output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { kept: 1, ages: [7], remote: [{ name, kept: 1 }], asked: 1 },
    { kept: 1, ages: [7, 8], remote: [{ name, kept: 1 }], asked: 2 },
  ]);
});

test('the project passes the tests that it carries', async () => {
  expect(await carriedTests(folder)).toMatch(/^\d+ passed/m);
});
