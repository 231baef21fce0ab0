import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { Processes } from '../../src/host/processes.ts';

const env = process.env;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<boolean> {
  for (let round = 0; round < 1_000 && isAlive(pid); round += 1) await sleep(20);
  return !isAlive(pid);
}

test('gives exit code, output and errors of a command, and of one that does not exist', async () => {
  const processes = new Processes();
  const script = 'console.log("out"); console.error("err"); process.exit(3)';
  const report = await processes.run(process.execPath, ['-e', script], { env });
  expect(report).toEqual({ exitCode: 3, stdout: 'out', stderr: 'err\n' });
  expect((await processes.run('no-such-command-at-all', [], { env })).exitCode).toBeNull();
});

test('stopping ends the children of a child too, also when they ignore the request', async () => {
  const processes = new Processes();
  const grandchild = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)';
  const script = `
    const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(grandchild)}]);
    process.on("SIGTERM", () => {});
    console.log(child.pid);`;
  const running = processes.start(process.execPath, ['-e', script], { env });
  const [line] = (await once(running.stdoutLines, 'line')) as [string];
  await running.stop(200);
  expect(await untilGone(Number(line))).toBe(true);
});

test('an aborted command is stopped and throws', async () => {
  const processes = new Processes();
  const abort = new AbortController();
  const run = processes.run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env, signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(run).rejects.toThrow('enough');
});
