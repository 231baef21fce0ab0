import type { Processes } from './processes.ts';

/** This machine, as a piece of work gets to use it. */
export interface Machine {
  readonly processes: Processes;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Aborts when the user or the system asks this process to end. */
  readonly signal: AbortSignal;
  /** Says what is going on when something takes a while. */
  readonly onProgress: (text: string) => void;
}
