import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tls from 'node:tls';

import { simulatedAddress } from '../../../core/workflow/index.ts';
import { cacheFolder } from '../../../host/cacheFolder.ts';
import type { Machine } from '../../../host/machine.ts';
import type { ModelServer } from '../../../host/modelServer.ts';
import { visitorOf } from '../../../host/door/visitor.ts';
import { withoutProxyHere } from '../../../host/proxies.ts';
import { prepareProject, simulatedKey, startService } from '../../../host/service.ts';
import { LiveService } from './liveService.ts';
import { writeObserver } from './observerFiles.ts';
import type { Project } from './projects.ts';
import type { Upstream } from './recorder/forward.ts';
import { proxyFor } from './recorder/proxy.ts';
import type { Recorder } from './recorder/recorder.ts';
import type { SimulatedServers } from './simulatedServers.ts';
import type { Slots, Slot } from './slots.ts';

const mostServices = 4;
const idleMs = 10 * 60_000;

/** A service that was asked for, until it is given back. */
export interface HeldService {
  readonly service: LiveService;
  readonly release: () => void;
}

interface Started {
  readonly service: LiveService;
  /** Sees to it that somebody answers its calls of models. */
  readonly supply: () => Promise<void>;
}

/** A service that runs or is about to, and who uses it. */
interface Place {
  readonly key: string;
  readonly file: string;
  readonly started: Promise<Started>;
  users: number;
  lastUsed: number;
  isOutdated: boolean;
}

/**
 * The services of the projects that run. One is kept for the runs to come while its project stays the same; when a file has
 * another project, the old service ends what it does and stops.
 */
export class Services {
  readonly #machine: Machine;
  readonly #recorder: Recorder;
  readonly #simulated: SimulatedServers;
  readonly #slots: Slots;
  readonly #places = new Map<string, Place>();
  readonly #stopping = new Set<Promise<void>>();
  readonly #sweep: NodeJS.Timeout;
  readonly #onPython: (python: string) => Promise<void>;

  /** @param onPython told the Python of each project that was made ready */
  constructor(
    machine: Machine,
    recorder: Recorder,
    simulated: SimulatedServers,
    slots: Slots,
    onPython: (python: string) => Promise<void>,
  ) {
    this.#onPython = onPython;
    this.#machine = machine;
    this.#recorder = recorder;
    this.#simulated = simulated;
    this.#slots = slots;
    this.#sweep = setInterval(() => this.#stopIdle(), 30_000).unref();
  }

  /** A service of the project, started where there is none. Throws a HostError where it cannot be. */
  async hold(project: Project): Promise<HeldService> {
    const key = `${project.hash} ${JSON.stringify(project.models.env)} ${project.models.answerers.map(({ kind }) => kind).join()}`;
    const place = this.#places.get(key) ?? this.#start(key, project);
    this.#outdateOthers(place);
    place.users += 1;
    const release = (): void => {
      place.users -= 1;
      place.lastUsed = Date.now();
      this.#stopIdle();
    };
    try {
      const { service, supply } = await place.started;
      await supply();
      const releaseService = (): void => {
        // Another one counts anew.
        if (service.isUsedUp) place.isOutdated = true;
        release();
      };
      return { service, release: releaseService };
    } catch (error) {
      release();
      throw error;
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    for (const place of this.#places.values()) this.#stop(place);
    await Promise.all(this.#stopping);
  }

  #start(key: string, project: Project): Place {
    const slot = this.#slots.take(project.checked.file.name);
    const started = this.#startIn(slot, project);
    const place: Place = { key, file: project.path, started, users: 0, lastUsed: Date.now(), isOutdated: false };
    this.#places.set(key, place);
    const forget = (): void => {
      if (this.#places.get(key) === place) this.#places.delete(key);
      slot.release();
    };
    void started.then(async ({ service }) => service.server.exited).then(forget, forget);
    return place;
  }

  async #startIn(slot: Slot, { checked, files, models }: Project): Promise<Started> {
    const prepared = await prepareProject(this.#machine, checked, files, slot.folder);
    await this.#onPython(prepared.python);
    const apis = files.find(({ path }) => path === 'tests/simulated_providers/carried.py')?.content ?? '';
    const waiting: { service?: LiveService } = {};
    let origin = '';
    const supply = async (): Promise<void> => {
      if (models.answerers.some(({ kind }) => kind === 'simulated'))
        origin = await this.#simulated.origin(apis, prepared, models.env);
    };
    // Both start at the same time. Who holds the service awaits it again, and learns of a failure.
    void supply().catch(() => undefined);
    const certificates = certificatesOf(models.env);
    const recorded = models.answerers.map(({ provider, kind, address = '' }) => {
      const isSimulated = kind === 'simulated';
      const addressNow = (): string => (isSimulated ? simulatedAddress(provider, origin) : address);
      const upstream: Upstream = {
        get baseUrl() {
          return addressNow();
        },
        certificates,
        get proxy() {
          return isSimulated ? undefined : proxyFor(new URL(addressNow()), models.env);
        },
        headers: () => (isSimulated ? this.#simulated.headers() : {}),
      };
      const { baseUrl, remove } = this.#recorder.add({
        upstream,
        answeredBy: isSimulated ? 'simulated' : 'model',
        provider: provider.name,
        find: (mark) => waiting.service?.find(mark),
      });
      const { variables } = provider;
      const account = { [variables.baseUrl]: baseUrl, ...(isSimulated && { [variables.key]: simulatedKey }) };
      return { account, remove };
    });
    const visitor = await visitorOf(checked, models.env);
    const forget = (): void => {
      for (const { remove } of recorded) remove();
      void visitor.close();
    };
    try {
      const env = Object.assign(
        // The recorder is on this machine.
        { ...models.env, ...visitor.env, ...withoutProxyHere(models.env) },
        ...recorded.map(({ account }) => account),
      ) as NodeJS.ProcessEnv;
      const observer = writeObserver(join(cacheFolder(this.#machine.env), 'studio'));
      const server = await startService(this.#machine, prepared, { env }, undefined, {
        through: [observer, '--project', slot.folder, '--'],
        morePipes: 2,
      });
      const service = new LiveService(server, visitor);
      waiting.service = service;
      void server.exited.then(forget);
      return { service, supply };
    } catch (error) {
      forget();
      throw error;
    }
  }

  #outdateOthers(place: Place): void {
    place.isOutdated = false;
    for (const other of this.#places.values())
      if (other !== place && other.file === place.file) other.isOutdated = true;
    this.#stopIdle();
  }

  #stopIdle(): void {
    const idle = [...this.#places.values()]
      .filter(({ users }) => users === 0)
      .toSorted((a, b) => b.lastUsed - a.lastUsed);
    for (const [index, place] of idle.entries()) {
      if (place.isOutdated || index >= mostServices || Date.now() - place.lastUsed > idleMs) this.#stop(place);
    }
  }

  #stop(place: Place): void {
    this.#places.delete(place.key);
    const stopped = place.started
      .then(async ({ service }) => service.server.stop())
      .catch(() => undefined)
      .finally(() => this.#stopping.delete(stopped));
    this.#stopping.add(stopped);
  }
}

function certificatesOf({ SSL_CERT_FILE: path }: ModelServer['env']): string | undefined {
  if (!path) return undefined;
  try {
    return [...tls.rootCertificates, readFileSync(path, 'utf8')].join('\n');
  } catch {
    return undefined;
  }
}
