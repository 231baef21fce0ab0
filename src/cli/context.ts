import type { Processes } from '../host/processes.ts';
import type { Terminal } from './terminal.ts';

/** What a command has to work with. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly processes: Processes;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Aborts when the user or the system asks this process to end. */
  readonly signal: AbortSignal;
}

/** 0 fine, 1 the workflow has errors or a build leaves something to do, 2 wrong usage, 3 the machine lacks something, 4 the run failed. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

export const exitCode = { fine: 0, workflowErrors: 1, unfinished: 1, usage: 2, machine: 3, runFailed: 4 } as const;
