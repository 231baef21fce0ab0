import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { withFileLock } from '../../src/host/fileLock.ts';
import { temporaryFolder } from './temporaryFolder.ts';

test('lets one work at a time and says that it waits', async () => {
  const path = join(await temporaryFolder(), 'x.lock');
  let inside = 0;
  let most = 0;
  let waits = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(30);
    inside -= 1;
  };
  const onWait = (): void => void (waits += 1);
  await Promise.all([1, 2, 3].map(() => withFileLock(path, work, { onWait })));
  expect({ most, waits }).toEqual({ most: 1, waits: 2 });
  expect(existsSync(path)).toBe(false);
});

test('is free again after a failure', async () => {
  const path = join(await temporaryFolder(), 'x.lock');
  await expect(withFileLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withFileLock(path, () => Promise.resolve('yes'))).toBe('yes');
});

test('takes over the lock of a process that has died', async () => {
  const path = join(await temporaryFolder(), 'x.lock');
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  await writeFile(path, String(pid));
  expect(await withFileLock(path, () => Promise.resolve('taken over'))).toBe('taken over');
});
