import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';

import { UsageError, systemCode } from './errors.ts';
import type { Machine } from './machine.ts';

/** Who answers the model calls of a service. */
export interface ModelServer {
  readonly kind: 'simulated' | 'openai' | 'custom';
  /** What the user is told. */
  readonly notice: string;
  /** The environment of the service; where the simulated OpenAI answers, its address is still to be added. */
  readonly env: NodeJS.ProcessEnv;
}

/** A `.env` file comes with a workflow: it must not change what programs are started, or where their traffic goes. */
const reserved = /^(PATH|HOME|(LD|DYLD|PYTHON|PIP|UV|NODE|SSL|CATALYST)_?.*|.*_PROXY|.*_CA_BUNDLE|VIRTUAL_ENV)$/i;

/**
 * Chooses the model server from the environment and the `.env` file beside a workflow file; the environment wins.
 * Throws a UsageError when a key from the environment would go to an address that only the `.env` file names.
 */
export async function chooseModelServer(
  { env }: Pick<Machine, 'env'>,
  workflowPath: string,
  simulated: 'whenNoKey' | 'always' = 'whenNoKey',
): Promise<ModelServer> {
  const dotEnvPath = join(dirname(resolve(workflowPath)), '.env');
  const fromFile = await readDotEnv(dotEnvPath);
  const merged = { ...fromFile, ...withoutEmpty(env) };
  const { OPENAI_API_KEY: key, OPENAI_BASE_URL: baseUrl, ...rest } = merged;
  if (simulated === 'always' || (!key && !baseUrl)) {
    const why = simulated === 'always' ? '' : 'No OPENAI_API_KEY is set: ';
    const notice = `${why}answers come from the simulated OpenAI on this machine, not from a model.`;
    return { kind: 'simulated', notice: notice.charAt(0).toUpperCase() + notice.slice(1), env: rest };
  }
  if (!baseUrl) return { kind: 'openai', notice: 'Answers come from OpenAI, with your OPENAI_API_KEY.', env: merged };
  if (!env['OPENAI_BASE_URL'] && env['OPENAI_API_KEY']) {
    throw new UsageError(
      `${dotEnvPath} sets OPENAI_BASE_URL, and would have your OPENAI_API_KEY sent to ${baseUrl}.`,
      'If that is meant, set OPENAI_BASE_URL in the environment too, or put the key for it into the same .env file.',
    );
  }
  const notice = `Answers come from ${baseUrl} (OPENAI_BASE_URL).`;
  // Servers without keys take any; the client insists on one.
  return { kind: 'custom', notice, env: { ...merged, OPENAI_API_KEY: key ?? 'none' } };
}

async function readDotEnv(path: string): Promise<NodeJS.ProcessEnv> {
  try {
    const entries = Object.entries(parseEnv(await readFile(path, 'utf8')));
    return Object.fromEntries(entries.filter(([name]) => !reserved.test(name)));
  } catch (error) {
    if (systemCode(error) !== undefined) return {};
    throw error;
  }
}

function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
