import { create } from 'zustand';

import type { Command } from './command.ts';

interface CommandState {
  readonly commands: ReadonlyMap<string, Command>;
}

/** All that can be done now. Parts of the page add theirs when they begin. */
export const useCommands = create<CommandState>()(() => ({ commands: new Map() }));

/** Adds commands; gives the function that takes them away again. Throws when an id is taken: two parts would mean one key. */
export function addCommands(added: readonly Command[]): () => void {
  const { commands } = useCommands.getState();
  for (const { id } of added) if (commands.has(id)) throw new Error(`There are two commands ${id}`);
  useCommands.setState({ commands: new Map([...commands, ...added.map((command) => [command.id, command] as const)]) });
  return () => {
    const left = new Map(useCommands.getState().commands);
    for (const { id } of added) left.delete(id);
    useCommands.setState({ commands: left });
  };
}

/** Runs a command where it can be run now; gives why not. */
export function runCommand(id: string): string | undefined {
  const command = useCommands.getState().commands.get(id);
  const why = command === undefined ? `There is no command ${id}.` : command.unavailable?.();
  if (why === undefined) void command?.run();
  return why;
}
