import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';

import type { Provider } from '../core/workflow/index.ts';
import { UsageError, systemCode } from './errors.ts';
import type { Machine } from './machine.ts';

/** Who answers the calls of one provider's models. */
export interface Answerer {
  readonly provider: Provider;
  /** `provider`: it itself; `custom`: the server at an address that its operator set. */
  readonly kind: 'simulated' | 'provider' | 'custom';
  /** Where; undefined for what is simulated, whose address is still to come. */
  readonly address: string | undefined;
  /** There is a key for it. */
  readonly hasKey: boolean;
}

/** Who answers the model calls of a service. */
export interface ModelServer {
  readonly answerers: readonly Answerer[];
  /** What the user is told; empty where no model is asked. */
  readonly notice: string;
  /** The environment of the service; where simulated providers answer, their address is still to be added. */
  readonly env: NodeJS.ProcessEnv;
}

/** Who answers on the whole: nobody real, or else whether some address is the operator's. */
export function kindOf({ answerers }: Pick<ModelServer, 'answerers'>): Answerer['kind'] {
  const kinds = answerers.map(({ kind }) => kind);
  if (kinds.every((kind) => kind === 'simulated')) return 'simulated';
  return kinds.includes('custom') ? 'custom' : 'provider';
}

/** A `.env` file comes with a workflow: it must not change what programs are started, or where their traffic goes. */
const reserved = /^(PATH|HOME|(LD|DYLD|PYTHON|PIP|UV|NODE|SSL|CATALYST)_?.*|.*_PROXY|.*_CA_BUNDLE|VIRTUAL_ENV)$/i;
/** Servers without keys take any; the client insists on one. */
const keyForNone = 'none';

/**
 * Chooses who answers for each provider, from the environment and the `.env` file beside a workflow file; the environment wins.
 * Where neither a key nor an address is set, the simulated provider does.
 * @param providers those that the workflow asks
 * Throws a UsageError when a key from the environment would go to an address that only the `.env` file names.
 */
export async function chooseModelServer(
  { env }: Pick<Machine, 'env'>,
  workflowPath: string,
  providers: readonly Provider[],
  simulated: 'whenNoKey' | 'always' = 'whenNoKey',
): Promise<ModelServer> {
  const dotEnvPath = join(dirname(resolve(workflowPath)), '.env');
  const fromFile = await readDotEnv(dotEnvPath);
  const own = withoutEmpty(env);
  const merged = { ...fromFile, ...own };
  for (const url of Object.keys(fromFile)) {
    const [, server] = /^MCP_(\w+)_URL$/u.exec(url) ?? [];
    const token = `MCP_${server}_TOKEN`;
    if (server !== undefined && own[url] === undefined && own[token] !== undefined)
      throw keyWouldLeave(dotEnvPath, url, token, merged[url]);
  }
  const answerers = providers.map((provider): Answerer => {
    const { key, baseUrl } = provider.variables;
    const address = merged[baseUrl];
    const hasKey = merged[key] !== undefined;
    if (simulated === 'always' || (!hasKey && address === undefined))
      return { provider, kind: 'simulated', address: undefined, hasKey: false };
    if (address !== undefined && own[baseUrl] === undefined && own[key] !== undefined) {
      throw keyWouldLeave(dotEnvPath, baseUrl, key, address);
    }
    if (address === undefined && provider.address === undefined) {
      const hint = `Set ${baseUrl}, or take ${key} away to have ${provider.name} simulated.`;
      throw new UsageError(`${key} is set, and nothing says where ${provider.name} is.`, hint);
    }
    return {
      provider,
      kind: address === undefined ? 'provider' : 'custom',
      address: address ?? provider.address,
      hasKey,
    };
  });
  const forNone = answerers.filter(
    ({ kind, hasKey, provider }) => kind !== 'simulated' && !hasKey && !provider.isKeyless,
  );
  const unset = answerers.filter(({ kind }) => kind === 'simulated').flatMap(accountOf);
  const further = Object.fromEntries(forNone.map(({ provider }) => [provider.variables.key, keyForNone]));
  return {
    answerers,
    notice: answerers.map((answerer) => noticeOf(answerer, answerers.length > 1, simulated === 'always')).join('\n'),
    env: { ...Object.fromEntries(Object.entries(merged).filter(([name]) => !unset.includes(name))), ...further },
  };
}

/** A file that comes with a workflow says where a key of the environment would go. */
function keyWouldLeave(file: string, baseUrl: string, key: string, address: string | undefined): UsageError {
  return new UsageError(
    `${file} sets ${baseUrl}, and would have your ${key} sent to ${address}.`,
    `If that is meant, set ${baseUrl} in the environment too, or put the key for it into the same .env file.`,
  );
}

function accountOf({ provider: { variables } }: Answerer): readonly string[] {
  return [variables.key, variables.baseUrl];
}

/** @param isNamed whether to say whose answers they are, as there are several providers */
function noticeOf({ provider, kind, address }: Answerer, isNamed: boolean, isWanted: boolean): string {
  const { name, variables } = provider;
  const answers = isNamed ? `answers of ${name}` : 'answers';
  const whole = `${answers.charAt(0).toUpperCase()}${answers.slice(1)} come from`;
  switch (kind) {
    case 'simulated': {
      const where = `from the simulated ${name} on this machine, not from a model.`;
      return isWanted ? `${whole} ${where.slice(5)}` : `No ${variables.key} is set: ${answers} come ${where}`;
    }
    case 'provider':
      return `${whole} ${name}, with your ${variables.key}.`;
    case 'custom':
      return `${whole} ${address} (${variables.baseUrl}).`;
  }
}

async function readDotEnv(path: string): Promise<NodeJS.ProcessEnv> {
  try {
    const entries = Object.entries(parseEnv(await readFile(path, 'utf8')));
    return Object.fromEntries(entries.filter(([name, value]) => !reserved.test(name) && value !== ''));
  } catch (error) {
    if (systemCode(error) !== undefined) return {};
    throw error;
  }
}

function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
