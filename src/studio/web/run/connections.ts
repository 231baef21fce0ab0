import { create } from 'zustand';

/** By file, the WebSocket that its runs go over until a new one is wanted: the service may remember what was said on it. */
const useConnections = create<ReadonlyMap<string, string>>()(() => new Map());

/** The connection of a file, a new one where it has none. */
export function connectionOf(file: string): string {
  const known = useConnections.getState().get(file);
  if (known !== undefined) return known;
  const made = crypto.randomUUID();
  useConnections.setState((connections) => new Map(connections).set(file, made), true);
  return made;
}

/** The next run of a file opens a connection of its own. */
export function leaveConnection(file: string): void {
  useConnections.setState((connections) => new Map([...connections].filter(([each]) => each !== file)), true);
}

export function useHasConnection(file: string): boolean {
  return useConnections((connections) => connections.has(file));
}
