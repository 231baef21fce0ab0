import { create } from 'zustand';

import type { ServerEvent, Studio } from '../../protocol/index.ts';
import { ApiError, ask } from './client.ts';
import { listen } from './events.ts';
import { firstAnswer } from './first.ts';

interface StudioState {
  /** Undefined until the server has answered for the first time. */
  readonly studio: Studio | undefined;
  readonly isConnected: boolean;
  /** The server was started anew: this page's token is of the start before. */
  readonly isOutdated: boolean;
  /** Why the page cannot begin. */
  readonly failure: { readonly message: string; readonly hint: string | undefined } | undefined;
  /** What the server calls this page: others are told of what it saves, it is not. */
  readonly page: string | undefined;
  /** What the server is busy with, such as building a Python environment. */
  readonly progress: string | undefined;
}

export const useStudio = create<StudioState>()(() => ({
  studio: undefined,
  isConnected: false,
  isOutdated: false,
  failure: undefined,
  page: undefined,
  progress: undefined,
}));

type Listener = (event: ServerEvent) => void;
const listeners = new Set<Listener>();

/** Calls the listener with every event of the server; gives the function that ends it. */
export function onServerEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Begins to talk to the server: what there is, then its events, over and over when the connection breaks. */
export function startStudio(signal: AbortSignal): void {
  let wasLost = false;
  void listen(
    {
      onEvent: (event) => {
        keep(event);
        for (const listener of listeners) listener(event);
      },
      onConnected: (isConnected) => {
        useStudio.setState({ isConnected });
        // What happened while there was no connection is not told again.
        if (isConnected && wasLost) void load();
        wasLost = !isConnected;
      },
      onUnknown: () => useStudio.setState({ isConnected: false, isOutdated: true }),
    },
    signal,
  );
  void load(firstAnswer);
}

async function load(asked?: Promise<Response>): Promise<void> {
  try {
    useStudio.setState({ studio: await ask('studio', {}, { asked }), failure: undefined });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { message, hint } = error.refusal;
    useStudio.setState({ failure: { message, hint } });
  }
}

function keep(event: ServerEvent): void {
  const { studio } = useStudio.getState();
  if (event.type === 'hello') useStudio.setState({ page: event.page });
  if (event.type === 'progress') useStudio.setState({ progress: event.text === '' ? undefined : event.text });
  if (endsPreparing(event)) useStudio.setState({ progress: undefined });
  if (studio === undefined) return;
  if (event.type === 'files') useStudio.setState({ studio: { ...studio, files: event.files } });
  if (event.type === 'machine') useStudio.setState({ studio: { ...studio, machine: event.machine } });
  if (event.type === 'simulator') useStudio.setState({ studio: { ...studio, simulator: event.simulator } });
}

/** Whether what the server was busy with is over: a run has begun or has ended without, or tests have. */
function endsPreparing(event: ServerEvent): boolean {
  if (event.type === 'tests') return event.state !== 'running' || event.result !== undefined;
  return event.type === 'run' && event.update.kind === 'state' && event.update.state !== 'preparing';
}
