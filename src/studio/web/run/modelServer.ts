import { create } from 'zustand';

import type { ModelServerState } from '../../protocol/index.ts';
import { ApiError, ask } from '../api/client.ts';

interface State {
  /** By file. */
  readonly servers: ReadonlyMap<string, ModelServerState>;
}

/** Who answers the model calls of each file, and which secrets are set. */
export const useModelServers = create<State>()(() => ({ servers: new Map() }));

export async function loadModelServer(file: string): Promise<void> {
  try {
    const server = await ask('modelServer', { file });
    useModelServers.setState(({ servers }) => ({ servers: new Map(servers).set(file, server) }));
  } catch (error) {
    // Nobody asked for it: whoever runs the workflow is told then.
    if (!(error instanceof ApiError)) throw error;
  }
}
