import { RefusedRequest, type Handlers } from '../handlers.ts';
import { faults } from './faults.ts';
import { historyHandlers, type HistoryRoute } from './historyHandlers.ts';
import { openRuns, type OpenedRuns } from './openRuns.ts';
import type { RunParts } from './parts.ts';
import { runHandlers, type RunningRoute } from './runHandlers.ts';

type RunRoute = RunningRoute | HistoryRoute | 'setSimulator';

/** What runs workflows for the pages, and what is known of runs. */
export interface Runs {
  readonly handlers: Pick<Handlers, RunRoute>;
  /** Stops all runs and ends all processes. */
  close(): Promise<void>;
}

/** Nothing is opened or started until a page asks for it. */
export function createRuns(parts: RunParts): Runs {
  let opening: Promise<OpenedRuns> | undefined;
  const opened = (): Promise<OpenedRuns> => (opening ??= openRuns(parts));
  return {
    handlers: {
      ...runHandlers(parts, opened),
      ...historyHandlers(parts, opened),
      async setSimulator(simulator) {
        checkFault(simulator.fault);
        parts.simulator.current = simulator;
        parts.emit({ type: 'simulator', simulator });
        return {};
      },
    },
    async close() {
      await (await opening)?.close();
    },
  };
}

function checkFault(fault: string | undefined): void {
  const [name] = (fault ?? '').split(';');
  if (fault === undefined || faults.some((known) => known.name === name?.trim())) return;
  throw new RefusedRequest(422, {
    code: 'fault_unknown',
    message: `The simulated providers know no fault \`${fault}\`.`,
  });
}
