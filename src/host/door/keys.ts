import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

import { UsageError, systemCode } from '../errors.ts';
import type { Visitor } from './visitor.ts';

const keyFileSchema = z.object({ keys: z.array(z.looseObject({ name: z.string() })).default([]) });
type KeyFile = z.output<typeof keyFileSchema>;

/**
 * A visitor with a key that is known for as long as the service runs. The operator's keys count beside it.
 * @param scopes what the key allows
 * @param isPassword whether it is sent as a password, with its name as the user
 */
export async function throwawayKey(
  scopes: readonly string[],
  env: NodeJS.ProcessEnv,
  isPassword: boolean,
): Promise<Visitor> {
  const { keys } = await operatorsKeys(env['API_KEYS_FILE']);
  const key = `key_${randomBytes(32).toString('base64url')}`;
  const name = freeName(keys.map((each) => each.name));
  const sha256 = createHash('sha256').update(key).digest('hex');
  const own = { name, sha256, created: new Date().toISOString(), scopes: [...scopes] };
  const folder = await mkdtemp(join(tmpdir(), 'catalyst-keys-'));
  const path = join(folder, 'api-keys.json');
  await writeFile(path, JSON.stringify({ keys: [...keys, own] }), { mode: 0o600 });
  const authorization = isPassword ? `Basic ${Buffer.from(`${name}:${key}`).toString('base64')}` : `Bearer ${key}`;
  return {
    env: { API_KEYS_FILE: path },
    headers: () => ({ authorization }),
    close: async () => rm(folder, { recursive: true, force: true }),
  };
}

async function operatorsKeys(path: string | undefined): Promise<KeyFile> {
  if (!path) return { keys: [] };
  try {
    return keyFileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { keys: [] };
    throw new UsageError(
      `API_KEYS_FILE names ${path}, which is no file of keys that can be read.`,
      'Write it with python -m app.keys, or take the variable away.',
    );
  }
}

function freeName(taken: readonly string[]): string {
  let name = 'developer';
  for (let count = 2; taken.includes(name); count += 1) name = `developer-${count}`;
  return name;
}
