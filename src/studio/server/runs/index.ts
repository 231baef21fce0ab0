import type { HostError } from '../../../host/errors.ts';
import type { Machine } from '../../../host/machine.ts';
import { customPython, isTrusted, recordTrust } from '../../../host/trust.ts';
import type { Fault, Machine as MachineState, RunSummary, Simulator } from '../../protocol/index.ts';
import { RefusedRequest, type Emit, type Handlers } from '../handlers.ts';
import type { Database } from '../store/collection.ts';
import { pinStore } from '../store/pins.ts';
import { requestStore } from '../store/requests.ts';
import { RunStore, type KeptSummary } from '../store/runs.ts';
import { faults } from './faults.ts';
import { MachineWatch } from './machineWatch.ts';
import { Projects } from './projects.ts';
import { Recorder } from './recorder/recorder.ts';
import { Runner } from './runner.ts';
import { keptRun } from './runPlan.ts';
import { Services } from './services.ts';
import { SimulatedServers } from './simulatedServers.ts';

/** The workflow files of the opened folder, by the ids that the page has for them. */
export interface RunFiles {
  /** Absolute path of the opened folder. */
  readonly folder: string;
  /** The absolute path of a file. Throws a RefusedRequest where there is none. */
  pathOf(id: string): string;
  idOf(path: string): string | undefined;
}

export interface RunsOptions {
  readonly machine: Machine;
  readonly files: RunFiles;
  readonly database: Database;
  readonly emit: Emit;
}

/** What `chooseModelServer` gives the client of a server that takes no keys. */
const keyForNone = 'none';

type RunRoute =
  | 'modelServer'
  | 'askedTrust'
  | 'trust'
  | 'prepare'
  | 'startRun'
  | 'stopRun'
  | 'runs'
  | 'run'
  | 'forgetRuns'
  | 'pins'
  | 'setPins'
  | 'requests'
  | 'setRequests'
  | 'setSimulator';

/** What runs workflows for the pages, and what is known of runs. */
export interface Runs {
  readonly handlers: Pick<Handlers, RunRoute>;
  /** For the `studio` route. */
  readonly machine: MachineState;
  readonly simulator: Simulator;
  readonly faults: readonly Fault[];
  /** Stops all runs and ends all processes. */
  close(): Promise<void>;
}

export async function createRuns({ machine: given, files, database, emit }: RunsOptions): Promise<Runs> {
  const machine: Machine = { ...given, onProgress: (text) => emit({ type: 'progress', text }) };
  const watch = new MachineWatch(emit);
  const store = new RunStore(database);
  await store.markBrokenOff();
  const [pins, requests] = [pinStore(database), requestStore(database)];
  const projects = new Projects(machine);
  const recorder = await Recorder.start();
  const simulated = new SimulatedServers(machine);
  const services = new Services(machine, recorder, simulated, async (python) => watch.found(python));
  const onHostError = (error: HostError): void => watch.failed(error);
  const runner = new Runner({ projects, services, store, emit, onHostError });
  const summaryOf = (path: string, summary: KeptSummary): RunSummary => ({
    ...summary,
    file: files.idOf(path) ?? path,
  });

  const handlers: Runs['handlers'] = {
    async modelServer({ file }) {
      const path = files.pathOf(file);
      const { kind, notice, env } = await projects.models(path);
      // What takes the place of a key for a server without keys is none.
      const key = kind === 'simulated' ? undefined : env['OPENAI_API_KEY'];
      return { kind, notice, secrets: { OPENAI_API_KEY: key !== undefined && key !== keyForNone } };
    },
    async askedTrust({ file, text }) {
      const path = files.pathOf(file);
      const { checked } = await projects.checked(path, text);
      const python = (await isTrusted(machine.env, path, checked)) ? [] : customPython(checked);
      return {
        python: python.map((each) => ({
          node: each.node,
          code: each.code,
          ...(each.file !== undefined && { file: each.file }),
        })),
      };
    },
    async trust({ file, text }) {
      const { checked } = await projects.checked(files.pathOf(file), text);
      recordTrust(machine.env, checked);
      return {};
    },
    async prepare({ file, text }) {
      const project = await projects.trusted(files.pathOf(file), text);
      // It is only made ready; whoever asks for it learns why it could not be.
      void services.hold(project).then(
        ({ release }) => release(),
        () => undefined,
      );
      return {};
    },
    async startRun(body) {
      return { run: await runner.start(files.pathOf(body.file), body) };
    },
    async stopRun({ run }) {
      runner.stop(run);
      return {};
    },
    async runs({ file, ...filter }) {
      const place = file === undefined ? { folder: files.folder } : { file: files.pathOf(file) };
      const entries = store.list({ ...place, ...filter });
      const runs = entries.map(({ file: path, head }) => summaryOf(path, head.summary));
      return { runs, size: store.size(place) };
    },
    async run({ run }) {
      const { file, summary, text, headers, updates } = await keptRun(store, run);
      return { ...summaryOf(file, summary), text, headers: { ...headers }, updates: [...updates] };
    },
    async forgetRuns({ runs, file }) {
      const ids = runs?.filter((id) => !runner.isRunning(id));
      if (file !== undefined) store.forget({ ids, file: files.pathOf(file) });
      else store.forget(ids === undefined ? { folder: files.folder } : { ids });
      return {};
    },
    async pins({ file }) {
      return { pins: await pins.get(files.pathOf(file)) };
    },
    async setPins({ file, pins: set }) {
      const path = files.pathOf(file);
      const before = await pins.get(path);
      await pins.set(path, set);
      const used = new Set(set.flatMap(({ run }) => run ?? []));
      for (const id of used) await store.makeLasting(id, 'pinned');
      for (const { run } of before) if (run !== undefined && !used.has(run)) await store.letPass(run);
      return {};
    },
    async requests({ file }) {
      return { requests: await requests.get(files.pathOf(file)) };
    },
    async setRequests({ file, requests: set }) {
      await requests.set(files.pathOf(file), set);
      return {};
    },
    async setSimulator(simulator) {
      const { fault } = simulator;
      if (fault !== undefined && !faults.some(({ name }) => name === fault.split(';')[0]?.trim()))
        throw new RefusedRequest(422, {
          code: 'fault_unknown',
          message: `The simulated providers know no fault \`${fault}\`.`,
        });
      simulated.simulator = simulator;
      emit({ type: 'simulator', simulator });
      return {};
    },
  };

  return {
    handlers,
    get machine() {
      return watch.state;
    },
    get simulator() {
      return simulated.simulator;
    },
    faults,
    async close() {
      await runner.close();
      await Promise.all([services.close(), simulated.close()]);
      await recorder.close();
    },
  };
}
