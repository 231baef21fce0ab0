import { basename } from 'node:path';
import { getRequestListener } from '@hono/node-server';

import { version } from '../../../package.json';
import { listExamples } from '../../host/examples.ts';
import type { Machine } from '../../host/machine.ts';
import type { Simulator, Studio } from '../protocol/index.ts';
import { fileHandlers } from './files/fileHandlers.ts';
import { Files } from './files/files.ts';
import { OutsideChanges } from './files/outsideChanges.ts';
import { Workspace } from './files/workspace.ts';
import type { Emit, Handlers } from './handlers.ts';
import { createApp } from './http/app.ts';
import { EventStreams } from './http/eventStreams.ts';
import { PageFiles } from './http/pageFiles.ts';
import type { LaunchToken } from './http/token.ts';
import { MachineProbe } from './machineState.ts';
import { faults } from './runs/faults.ts';
import { createRuns } from './runs/index.ts';
import type { Database } from './store/collection.ts';
import { openDatabase } from './store/database.ts';

export interface StudioOptions {
  readonly machine: Machine;
  readonly token: LaunchToken;
  readonly ownHosts: ReadonlySet<string>;
  /** Real paths. */
  readonly folder: string;
  readonly opened: string | undefined;
  /** Where the built page lies. */
  readonly pageFolder: string;
  readonly onFault: (error: unknown) => void;
  /** Told what a person should know of this machine or folder; the pages are told too. */
  readonly onNotice: (text: string) => void;
  readonly checksAnswers?: boolean;
}

export interface StudioServer {
  readonly listener: ReturnType<typeof getRequestListener>;
  close(): Promise<void>;
}

/** About as fast as a current model. */
const startingSimulator: Simulator = { firstTokenMs: 150, tokensPerSecond: 40 };

/** Puts the Studio together. Nothing is started, and nothing but the list of files is read, until a page asks. */
export function createStudio(options: StudioOptions): StudioServer {
  const { machine, token, onFault, folder, opened } = options;
  const events = new EventStreams(token.idOf('launch'));
  const emit: Emit = (event) => {
    if (event.type === 'machine') probe.note(event.machine);
    events.emit(event);
  };
  const probe = new MachineProbe(machine, emit, onFault);
  const notice = (text: string): void => {
    options.onNotice(text);
    emit({ type: 'notice', text });
  };
  let opening: Promise<Database> | undefined;
  const database = (): Promise<Database> => (opening ??= openDatabase({ env: machine.env, onNotice: notice }));

  const workspace = new Workspace({ folder, opened, idOf: (name) => token.idOf(name) });
  const files = new Files({
    workspace,
    emit,
    emitToOthers: (...told) => events.emitToOthers(...told),
    database,
    onFault,
  });
  const outside = new OutsideChanges(files, notice);
  const simulator = { current: startingSimulator };
  const runs = createRuns({
    machine: { ...machine, onProgress: (text) => emit({ type: 'progress', text }) },
    workspace,
    emit,
    database,
    simulator,
  });

  let watching: Promise<void> | undefined;
  const studio = async (): Promise<Studio> => ({
    version,
    folder: basename(folder) || folder,
    files: [...(await workspace.files())],
    ...(opened !== undefined && { opened: workspace.idOf(opened) }),
    examples: (await listExamples()).map(({ name, description, text }) => ({ name, description, text })),
    machine: probe.state,
    simulator: simulator.current,
    faults: [...faults],
  });
  const handlers: Handlers = {
    studio,
    ...fileHandlers({ files, outside, env: machine.env, signal: machine.signal }),
    ...runs.handlers,
  };
  const app = createApp({
    ownHosts: options.ownHosts,
    token,
    handlers,
    events,
    page: new PageFiles(options.pageFolder),
    onPage: () => {
      probe.ask();
      watching ??= startWatching();
    },
    onStranger: () =>
      options.onNotice(
        'A page asked without the key of this start. If it is yours, open the address that was printed here.',
      ),
    onFault,
    checksAnswers: options.checksAnswers ?? false,
  });
  const startWatching = async (): Promise<void> => {
    await files.refreshList();
    if (workspace.isCut) notice('This folder holds more than the Studio looks through: some workflows are not listed.');
    await outside.start();
  };
  return {
    listener: getRequestListener(app.fetch, { overrideGlobalObjects: false }),
    async close() {
      events.close();
      await runs.close();
      await watching;
      await outside.close();
      await workspace.turns.settled();
      await (await opening)?.close();
    },
  };
}
