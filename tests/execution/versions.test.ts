import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import * as z from 'zod';

import { planOf } from '../compile.ts';
import { User } from '../cli/catalyst.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';
import { DatabaseServers } from './promises/servers.ts';

const token = { RUNS_TOKEN: 'token-of-runs' };
const file = join(import.meta.dirname, 'versions/claims.workflow.json');
const runSchema = z.object({
  status: z.string(),
  version: z.string(),
  waits_for_version: z.boolean().optional(),
  steps: z.array(z.object({ step: z.string(), status: z.string() })),
  result: z.object({ output: z.json() }).optional(),
});

async function begin({ url }: RunningService): Promise<string> {
  const answer = await fetch(`${url}/claims`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify({ claim: 'A-1017' }),
  });
  expect(answer.status).toBe(202);
  const id = answer.headers.get('location')?.replace('/runs/', '') ?? '';
  await vi.waitFor(async () => expect((await run({ url }, id)).steps.at(-1)?.status).toBe('waiting'), 20_000);
  return id;
}

async function run({ url }: Pick<RunningService, 'url'>, id: string): Promise<z.output<typeof runSchema>> {
  return runSchema.parse(await (await fetch(`${url}/runs/${id}`)).json());
}

async function approve({ url }: RunningService, id: string): Promise<void> {
  const answer = await fetch(`${url}/runs/${id}/approvals/approve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token.RUNS_TOKEN}` },
    body: JSON.stringify({ approved: true }),
  });
  expect(answer.status).toBe(200);
}

async function written(service: RunningService, id: string): Promise<unknown> {
  return vi.waitFor(
    async () => {
      const found = await run(service, id);
      expect(found.status).toBe('succeeded');
      return found.result?.output;
    },
    { timeout: 20_000, interval: 100 },
  );
}

test('with two builds on one Postgres, runs end on the one that they began with', async ({ skip }) => {
  const databases = new DatabaseServers();
  const variables = await databases.start();
  if (variables === undefined) {
    await databases.stop();
    if (process.env['CATALYST_DATABASES'] !== 'required') skip('Postgres or Redis is not installed');
    throw new Error('Postgres or Redis is not installed');
  }
  const changed = mkdtempSync(join(tmpdir(), 'catalyst-versions-'));
  writeFileSync(join(changed, 'claims.workflow.json'), readFileSync(file, 'utf8').replace('the first', 'the second'));
  const folders = [
    writeGenerated(planOf(file)),
    writeGenerated(planOf(join(changed, 'claims.workflow.json'))),
  ] as const;
  const env = {
    ...token,
    DURABLE_DATABASE_URL: variables['DATABASE_URL'],
    DURABLE_TAKEOVER_SECONDS: '2',
    DRAIN_SECONDS: '1',
  };
  const started: RunningService[] = [];
  const start = async (folder: string): Promise<RunningService> => {
    const service = await startGenerated(folder, { env });
    started.push(service);
    return service;
  };
  try {
    const first = await start(folders[0]);
    const [early, left, moved] = [await begin(first), await begin(first), await begin(first)];
    const second = await start(folders[1]);
    const late = await begin(second);
    await approve(second, early);
    expect(await written(second, early)).toBe('written by the first');
    await approve(first, late);
    expect(await written(first, late)).toBe('written by the second');

    await first.stop();
    await approve(second, left);
    await vi.waitFor(async () => expect((await run(second, left)).waits_for_version).toBe(true), 20_000);
    await vi.waitFor(() => expect(second.lines.join('\n')).toContain('"runs_of_another_version"'), 20_000);
    const user = await User.create(token);
    const { version } = await run(second, left);
    const listed = await user.catalyst('runs', 'list', '--url', second.url, '--status', 'running');
    expect(listed.stdout).toContain(`waits for version ${version}`);
    expect(listed.stderr).toMatch(new RegExp(`2 runs wait for version ${version}.*DURABLE_VERSION=${version}`, 'u'));

    // One that is cancelled and tried again goes on with what is there.
    await user.catalyst('runs', 'cancel', moved, '--url', second.url);
    const retried = await user.catalyst('runs', 'retry', moved, '--url', second.url, '--json');
    const { id: again } = z.object({ id: z.string() }).parse(JSON.parse(retried.stdout));
    await vi.waitFor(async () => expect((await run(second, again)).steps.at(-1)?.status).toBe('waiting'), 20_000);
    await approve(second, again);
    expect(await written(second, again)).toBe('written by the second');

    await start(folders[0]);
    expect(await written(second, left)).toBe('written by the first');
  } finally {
    await Promise.all(started.map((service) => service.stop()));
    await databases.stop();
    for (const folder of [...folders, changed]) rmSync(folder, { recursive: true });
  }
}, 120_000);
