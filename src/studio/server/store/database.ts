import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type Libsql from 'libsql';

import { dataFolder } from '../../../host/dataFolder.ts';
import type { Database } from './collection.ts';
import { LibsqlConnection, NewerDatabase } from './libsqlConnection.ts';
import { LibsqlDatabase } from './libsqlDatabase.ts';
import { MemoryDatabase } from './memoryDatabase.ts';

export interface OpenDatabaseOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Told what a person should know: that nothing will be kept, or that a broken database was put aside. */
  readonly onNotice: (text: string) => void;
  /** Gives the native module, which not every machine has. */
  readonly load?: (() => Promise<typeof Libsql>) | undefined;
}

/**
 * Opens the Studio's database in the user's data folder. Where that cannot be, all works with one in memory, and `onNotice`
 * says so.
 */
export async function openDatabase({ env, onNotice, load = loadLibsql }: OpenDatabaseOptions): Promise<Database> {
  const folder = dataFolder(env);
  try {
    const constructor = await load();
    const path = join(folder, 'studio.db');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Inputs and answers of runs are nobody else's; SQLite gives its other files the mode of this one.
    await (await open(path, 'a', 0o600)).close();
    return new LibsqlDatabase(new LibsqlConnection(constructor, path, onNotice));
  } catch (error) {
    onNotice(`${whyInMemory(error, folder)} History and runs are kept until the Studio ends, and no longer.`);
    return new MemoryDatabase();
  }
}

async function loadLibsql(): Promise<typeof Libsql> {
  return (await import('libsql')).default;
}

function whyInMemory(error: unknown, folder: string): string {
  if (error instanceof NewerDatabase) return `The Studio's database in ${folder} is of a newer Catalyst.`;
  const message = error instanceof Error ? error.message : String(error);
  const isNative = /libsql|native|MODULE_NOT_FOUND|dlopen/i.test(message);
  return isNative && !message.includes('Unable to open')
    ? 'SQLite (the package libsql) cannot be loaded on this machine.'
    : `The Studio's database in ${folder} cannot be opened (${message}).`;
}
