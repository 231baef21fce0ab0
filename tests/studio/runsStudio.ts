import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { cacheFolder } from '../../src/host/cacheFolder.ts';
import { Processes } from '../../src/host/processes.ts';
import type { RouteBody, RunUpdate, ServerEvent } from '../../src/studio/protocol/index.ts';
import { routes } from '../../src/studio/protocol/index.ts';
import { openDatabase } from '../../src/studio/server/store/database.ts';
import { createRuns, type Runs } from '../../src/studio/server/runs/index.ts';

/** An event for the pages, and when it was sent. */
export type Told = ServerEvent & { readonly seenAt: number };

/** The part of a Studio that runs things, over a folder of its own, without a page. */
export class RunsStudio {
  readonly folder: string;
  readonly events: Told[] = [];
  readonly env: NodeJS.ProcessEnv;
  readonly processes = new Processes();
  readonly runs: Runs;
  readonly #stop = new AbortController();

  private constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.env = env;
    let database: ReturnType<typeof openDatabase> | undefined;
    const emit = (event: ServerEvent): void => void this.events.push({ ...event, seenAt: performance.now() });
    this.runs = createRuns({
      machine: {
        processes: this.processes,
        env,
        cwd: folder,
        signal: this.#stop.signal,
        onProgress: (text) => emit({ type: 'progress', text }),
      },
      workspace: {
        folder,
        placeOf: async (id) => Promise.resolve(join(folder, id)),
        idOf: (place) => place.slice(folder.length + 1),
      },
      emit,
      database: () => (database ??= openDatabase({ env, onNotice: (text) => emit({ type: 'progress', text }) })),
      simulator: { current: { firstTokenMs: 0, tokensPerSecond: 100_000 } },
    });
  }

  static async open(env: NodeJS.ProcessEnv = {}, place?: string): Promise<RunsStudio> {
    const root = place ?? (await mkdtemp(join(tmpdir(), 'catalyst-studio-')));
    const [folder, cache] = [join(root, 'work'), join(root, 'cache')];
    if (place === undefined) {
      await Promise.all([mkdir(folder), mkdir(cache)]);
      const environments = join(cacheFolder(process.env), 'python');
      await mkdir(environments, { recursive: true });
      await symlink(environments, join(cache, 'python'));
    }
    const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, CATALYST_TRUST: _trust, ...rest } = process.env;
    return new RunsStudio(folder, {
      ...rest,
      CATALYST_CACHE_DIR: cache,
      CATALYST_DATA_DIR: join(root, 'data'),
      ...env,
    });
  }

  get root(): string {
    return join(this.folder, '..');
  }

  async write(path: string, content: string): Promise<void> {
    await mkdir(join(this.folder, path, '..'), { recursive: true });
    await writeFile(join(this.folder, path), content);
  }

  /** Starts a run as the page does. */
  async start(body: RouteBody<'startRun'>): Promise<string> {
    const { run } = await this.runs.handlers.startRun(routes.startRun.body.parse(body));
    return run;
  }

  /** Starts a run and waits for its end; gives its updates. */
  async run(body: RouteBody<'startRun'>): Promise<readonly RunUpdate[]> {
    const run = await this.start(body);
    await this.ended(run);
    return this.updates(run);
  }

  updates(run: string): readonly RunUpdate[] {
    return this.events.flatMap((event) => (event.type === 'run' && event.run === run ? [event.update] : []));
  }

  async ended(run: string): Promise<void> {
    await this.until(() =>
      this.updates(run).some(
        (update) => update.kind === 'state' && update.state !== 'preparing' && update.state !== 'running',
      ),
    );
  }

  async until(holds: () => boolean, seconds = 120): Promise<void> {
    for (let waited = 0; !holds(); waited += 5) {
      if (waited > seconds * 1000) throw new Error(`In vain:\n${JSON.stringify(this.events.slice(-20), null, 1)}`);
      await sleep(5);
    }
  }

  /** The processes that work in this Studio's folders. */
  async servicePids(): Promise<readonly number[]> {
    return processesIn(join(this.root, 'cache'));
  }

  /** Kills what serves projects, and what stands for models. */
  async killServices(): Promise<void> {
    for (const pid of await this.servicePids()) process.kill(pid, 'SIGKILL');
  }

  async close(): Promise<void> {
    await this.runs.close();
    this.#stop.abort();
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.root, { recursive: true, force: true });
  }
}

/** The last state of a run. */
export function stateOf(updates: readonly RunUpdate[]): Extract<RunUpdate, { kind: 'state' }> | undefined {
  return updates.findLast((update) => update.kind === 'state');
}

/** All updates of one kind. */
export function ofKind<Kind extends RunUpdate['kind']>(
  updates: readonly RunUpdate[],
  kind: Kind,
): readonly Extract<RunUpdate, { kind: Kind }>[] {
  return updates.filter((update): update is Extract<RunUpdate, { kind: Kind }> => update.kind === kind);
}

/** What the tokens of a run say together. */
export function textOf(updates: readonly RunUpdate[]): string {
  return ofKind(updates, 'event')
    .flatMap(({ event, data }) => (event === 'token' ? [(data as { text: string }).text] : []))
    .join('');
}

/** The files of a project that was built, without what the build notes for itself. */
export async function filesBelow(
  folder: string,
): Promise<readonly { readonly path: string; readonly content: string }[]> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = names.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  const own = paths.filter((path) => path !== '.catalyst-manifest.json');
  return Promise.all(own.map(async (path) => ({ path, content: await readFile(join(folder, path), 'utf8') })));
}

/** The processes of services whose projects lie in a cache folder. */
export async function processesIn(cache: string): Promise<readonly number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(ids.map((id) => readlink(`/proc/${id}/cwd`).catch(() => '')));
  return ids.filter((_, index) => folders[index]?.startsWith(join(cache, 'studio'))).map(Number);
}
