import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { HostError, systemCode } from '../errors.ts';
import { isAlive, withFileLock } from '../fileLock.ts';
import { createEnvironment, type EnvironmentRequest } from './install.ts';
import { pythonIn } from './paths.ts';
import { sha256 } from '../sha256.ts';

const stampName = '.catalyst-environment.json';

/** What an environment was made of; when the interpreter behind it changes, it is made again. */
interface Stamp {
  /** sha256 of the requirements and the Python version. */
  readonly hash: string;
  readonly pythonVersion: string;
  readonly interpreter: { readonly size: number; readonly mtimeMs: number };
}

/**
 * The path of a Python that has the required packages. The first call for a set of requirements builds an environment in the
 * cache folder, which takes some 15 s; later calls find it without starting a process.
 * Throws a HostError when Python or the packages cannot be had.
 */
export async function pythonEnvironment(request: EnvironmentRequest): Promise<string> {
  const { cacheFolder, env, requirements } = request;
  const key = sha256(`${env['CATALYST_PYTHON'] ?? ''}\n${requirements}`).slice(0, 16);
  const place = join(cacheFolder, 'python', key);
  if (await isReady(place)) return pythonIn(place);
  try {
    await mkdir(join(cacheFolder, 'python'), { recursive: true });
  } catch (error) {
    throw new HostError(
      'cannot_write',
      `The cache folder ${cacheFolder} cannot be written (${systemCode(error) ?? 'unknown reason'}).`,
      'Set CATALYST_CACHE_DIR to a folder that can.',
      { cause: error },
    );
  }
  const onWait = (): void => request.onProgress?.('Waiting for another catalyst, which is preparing Python …');
  return withFileLock(
    `${place}.lock`,
    async () => {
      if (!(await isReady(place))) await build(request, place);
      return pythonIn(place);
    },
    { onWait, signal: request.signal },
  );
}

/** The version of Python of an environment that `pythonEnvironment` gave. */
export async function environmentVersion(python: string): Promise<string> {
  const stamp = JSON.parse(await readFile(join(dirname(dirname(python)), stampName), 'utf8')) as Stamp;
  return stamp.pythonVersion;
}

/** Builds beside the place and renames, so that an environment is there completely or not at all. */
async function build(request: EnvironmentRequest, place: string): Promise<void> {
  await removeAbandoned(place);
  const building = `${place}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    const version = await createEnvironment(request, building);
    const stamp: Stamp = {
      hash: sha256(`${version}\n${request.requirements}`),
      pythonVersion: version,
      interpreter: await fingerprint(pythonIn(building)),
    };
    await writeFile(join(building, stampName), JSON.stringify(stamp));
    await putInPlace(building, place);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** What a process was building here when it was killed. */
async function removeAbandoned(place: string): Promise<void> {
  for (const name of await readdir(dirname(place))) {
    const [, pid] = /^\.(\d+)-/.exec(name.slice(basename(place).length)) ?? [];
    const isOurs = pid !== undefined && name.startsWith(basename(place)) && !isAlive(Number(pid));
    if (isOurs) await rm(join(dirname(place), name), { recursive: true, force: true });
  }
}

async function putInPlace(building: string, place: string): Promise<void> {
  if (await isReady(place)) return;
  const old = `${building}.old`;
  await rename(place, old).catch(() => undefined);
  await rename(building, place);
  await rm(old, { recursive: true, force: true });
}

async function isReady(place: string): Promise<boolean> {
  try {
    const stamp = JSON.parse(await readFile(join(place, stampName), 'utf8')) as Stamp;
    const now = await fingerprint(pythonIn(place));
    return now.size === stamp.interpreter.size && now.mtimeMs === stamp.interpreter.mtimeMs;
  } catch {
    return false;
  }
}

/** Of the file that links lead to: the interpreter that the environment was made with. */
async function fingerprint(python: string): Promise<Stamp['interpreter']> {
  const { size, mtimeMs } = await stat(python);
  return { size, mtimeMs };
}
