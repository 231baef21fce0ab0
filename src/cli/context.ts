import type { Machine } from '../host/machine.ts';
import type { Terminal } from './terminal.ts';

/** What a command has to work with. */
export interface CommandContext extends Machine {
  readonly terminal: Terminal;
}

/** 0 fine, 1 the workflow has errors or a build leaves something to do, 2 wrong usage, 3 the machine lacks something, 4 the run failed. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

export const exitCode = { fine: 0, workflowErrors: 1, unfinished: 1, usage: 2, machine: 3, runFailed: 4 } as const;
