import { basename } from 'node:path';
import { getRequestListener } from '@hono/node-server';

import { version } from '../../../package.json';
import { listExamples } from '../../host/examples.ts';
import type { Machine } from '../../host/machine.ts';
import type { RouteName, Simulator, Studio } from '../protocol/index.ts';
import { fileHandlers, type FileRoute } from './files/fileHandlers.ts';
import { Files } from './files/files.ts';
import { OutsideChanges } from './files/outsideChanges.ts';
import { Workspace } from './files/workspace.ts';
import type { Emit, Handlers } from './handlers.ts';
import { createApp } from './http/app.ts';
import { EventStreams } from './http/eventStreams.ts';
import { PageFiles } from './http/pageFiles.ts';
import type { LaunchToken } from './http/token.ts';
import { MachineProbe } from './machineState.ts';
import type { Database } from './store/collection.ts';
import { openDatabase } from './store/database.ts';

/** What running things is built upon. */
export interface StudioParts {
  /** Its progress is shown in the pages. */
  readonly machine: Machine;
  /** Gives the places of files by their ids. */
  readonly workspace: Workspace;
  readonly emit: Emit;
  /** The database, opened when it is first asked for. */
  readonly database: () => Promise<Database>;
  /** How the simulated providers answer now; who sets it tells the pages. */
  readonly simulator: { current: Simulator };
  readonly onFault: (error: unknown) => void;
}

export type RunRoute = Exclude<RouteName, FileRoute | 'studio'>;

/** What runs things: handlers, and the end of everything that they have started. */
export interface RunPart {
  readonly handlers: Pick<Handlers, RunRoute>;
  close(): Promise<void>;
}

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
  readonly createRuns?: ((parts: StudioParts) => RunPart) | undefined;
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
  const emit: Emit = (event) => events.emit(event);
  const notice = (text: string): void => {
    machine.onProgress(text);
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
  const probe = new MachineProbe(machine, emit, onFault);
  const simulator = { current: startingSimulator };
  const runs = options.createRuns?.({
    machine: { ...machine, onProgress: (text) => emit({ type: 'progress', text }) },
    workspace,
    emit,
    database,
    simulator,
    onFault,
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
  });
  const handlers: Partial<Handlers> = {
    studio,
    ...fileHandlers({ files, outside, env: machine.env, signal: machine.signal }),
    ...runs?.handlers,
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
      await runs?.close();
      await watching;
      await outside.close();
      await workspace.turns.settled();
      await (await opening)?.close();
    },
  };
}
