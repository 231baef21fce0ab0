import { basename } from 'node:path';
import { getRequestListener } from '@hono/node-server';

import { version } from '../../../package.json';
import type { Machine } from '../../host/machine.ts';
import { sha256 } from '../../host/sha256.ts';
import type { FileEntry, RouteBody, RouteName, Simulator, Studio } from '../protocol/index.ts';
import type { Durable } from './durable/index.ts';
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
import type { Runs } from './runs/index.ts';
import type { Database } from './store/collection.ts';

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

type OwnRoute = FileRoute | 'studio';

export interface StudioServer {
  readonly listener: ReturnType<typeof getRequestListener>;
  close(): Promise<void>;
}

/** About as fast as a current model. */
const startingSimulator: Simulator = { firstTokenMs: 150, tokensPerSecond: 40 };

/** Loads what every page asks for first; best while the browser starts. */
export async function preload(): Promise<void> {
  await Promise.all([
    import('./http/api.ts'),
    import('../../host/examples.ts'),
    import('./runs/faults.ts'),
    import('../../core/workflow/index.ts'),
    import('../../host/workflowFiles.ts'),
  ]);
}

/** Puts the Studio together. Nothing is started or read until a page asks for it. */
export function createStudio(options: StudioOptions): StudioServer {
  const { machine, token, folder, opened } = options;
  let isClosing = false;
  // Requests that the end cuts off find closed what they work with; nobody waits for them.
  const onFault = (error: unknown): void => {
    if (!isClosing) options.onFault(error);
  };
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
  const database = (): Promise<Database> =>
    (opening ??= import('./store/database.ts').then(({ openDatabase }) =>
      openDatabase({ env: machine.env, onNotice: notice }),
    ));

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
  const parts = {
    machine: { ...machine, onProgress: (text: string) => emit({ type: 'progress', text }) },
    workspace,
    emit,
    database,
    simulator,
  };
  let loading: Promise<Runs> | undefined;
  const runs = (): Promise<Runs> => (loading ??= import('./runs/index.ts').then(({ createRuns }) => createRuns(parts)));

  let watching: Promise<void> | undefined;
  const ofFiles = fileHandlers({ files, outside, env: machine.env, signal: machine.signal });
  const beginsWith = (entries: readonly FileEntry[], path: string | undefined): string | undefined => {
    const named = entries.find((entry) => entry.path === path)?.id;
    const only = entries.length === 1 ? entries[0]?.id : undefined;
    return named ?? (opened === undefined ? only : workspace.idOf(opened));
  };
  const studio = async ({ opens }: RouteBody<'studio'>): Promise<Studio> => {
    const [{ listExamples }, { faults }] = await Promise.all([
      import('../../host/examples.ts'),
      import('./runs/faults.ts'),
    ]);
    const entries = [...(await workspace.files())];
    const file = beginsWith(entries, opens);
    // One round trip less before the canvas. What cannot be opened is asked for once more, and said then.
    const first =
      opens === undefined || file === undefined ? undefined : await ofFiles.openFile({ file }).catch(() => undefined);
    return {
      version,
      folder: basename(folder) || folder,
      folderId: sha256(folder).slice(0, 16),
      files: entries,
      ...(file !== undefined && { opened: file }),
      ...(first !== undefined && { first }),
      examples: (await listExamples()).map(({ name, description, text }) => ({ name, description, text })),
      machine: probe.state,
      simulator: simulator.current,
      faults: [...faults],
    };
  };
  const own: Pick<Handlers, OwnRoute> = {
    studio,
    ...ofFiles,
  };
  let reaching: Promise<Durable> | undefined;
  const durable = (): Promise<Durable> =>
    (reaching ??= import('./durable/index.ts').then(({ createDurable }) => createDurable(machine)));
  const running = async (): Promise<Pick<Handlers, Exclude<RouteName, OwnRoute>>> => ({
    ...(await durable()).handlers,
    ...(await runs()).handlers,
  });
  const handlersOf = async <Name extends RouteName>(name: Name): Promise<Pick<Handlers, Name>> =>
    (name in own ? own : await running()) as Pick<Handlers, Name>;
  const app = createApp({
    ownHosts: options.ownHosts,
    token,
    handlersOf,
    events,
    follow: async (...asked) => (await durable()).follow(...asked),
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
      isClosing = true;
      events.close();
      await (await loading)?.close();
      await watching;
      await outside.close();
      await workspace.turns.settled();
      await (await opening)?.close();
    },
  };
}
