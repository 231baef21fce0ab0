import { join } from 'node:path';

import { cacheFolder } from '../../../host/cacheFolder.ts';
import type { Machine } from '../../../host/machine.ts';
import { RunStore } from '../store/runs.ts';
import { pinStore } from '../store/pins.ts';
import { requestStore } from '../store/requests.ts';
import { MachineWatch } from './machineWatch.ts';
import type { RunParts } from './parts.ts';
import { ProjectTests } from './projectTests/projectTests.ts';
import { Projects } from './projects.ts';
import { Recorder } from './recorder/recorder.ts';
import { Runner } from './runner.ts';
import { Services } from './services.ts';
import { Slots } from './slots.ts';
import { SimulatedServers } from './simulatedServers.ts';

/** All that runs things, once something was asked of it. */
export interface OpenedRuns {
  readonly machine: Machine;
  readonly store: RunStore;
  readonly pins: ReturnType<typeof pinStore>;
  readonly requests: ReturnType<typeof requestStore>;
  readonly projects: Projects;
  readonly services: Services;
  readonly runner: Runner;
  readonly tests: ProjectTests;
  close(): Promise<void>;
}

export async function openRuns({ machine, emit, database: openDatabase, simulator }: RunParts): Promise<OpenedRuns> {
  const database = await openDatabase();
  const store = new RunStore(database);
  await store.markBrokenOff();
  const watch = new MachineWatch(emit);
  const projects = new Projects(machine);
  const recorder = await Recorder.start();
  const simulated = new SimulatedServers(machine, simulator);
  const slots = new Slots(join(cacheFolder(machine.env), 'studio'));
  const services = new Services(machine, recorder, simulated, slots, async (python) => watch.found(python));
  const runner = new Runner({ projects, services, store, emit, onHostError: (error) => watch.failed(error) });
  const tests = new ProjectTests(machine, slots, emit);
  return {
    machine,
    store,
    pins: pinStore(database),
    requests: requestStore(database),
    projects,
    services,
    runner,
    tests,
    async close() {
      await Promise.all([runner.close(), tests.close()]);
      await Promise.all([services.close(), simulated.close()]);
      await recorder.close();
    },
  };
}
