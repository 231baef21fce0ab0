import { create } from 'zustand';

import { ApiError, ask } from '../api/client.ts';
import { onServerEvent } from '../api/studioStore.ts';
import { useDocument } from '../document/documentStore.ts';
import { attempt, refuse, useRuns } from '../run/runStore.ts';
import { begun, withTestEvent, type TestRun } from './testResults.ts';

interface TestsState {
  /** By file. */
  readonly runs: ReadonlyMap<string, TestRun>;
}

/** What the tests of generated projects gave. */
export const useTests = create<TestsState>()(() => ({ runs: new Map() }));

export function startFollowingTests(): () => void {
  return onServerEvent((event) => {
    if (event.type !== 'tests') return;
    const run = useTests.getState().runs.get(event.file) ?? begun(undefined, '', undefined);
    keep(event.file, withTestEvent(run, event));
  });
}

function keep(file: string, run: TestRun): void {
  useTests.setState(({ runs }) => ({ runs: new Map(runs).set(file, run) }));
}

/** Runs the tests of what the canvas shows: all, or some by their names. */
export async function runTests(only?: readonly string[]): Promise<void> {
  const { current } = useDocument.getState();
  if (current === undefined) return;
  const { file, text } = current;
  const before = useTests.getState().runs.get(file);
  keep(file, begun(before, text, only));
  try {
    await ask('startTests', { file, text, ...(only !== undefined && { only: [...only] }) });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, message } = error.refusal;
    if (code === 'trust_needed') useRuns.setState({ askedTrust: { file, text, then: () => void runTests(only) } });
    else refuse(error);
    keep(file, { ...begun(before, text, []), state: before?.state ?? 'failed', note: before?.note ?? message });
  }
}

export async function stopTests(file: string): Promise<void> {
  await attempt(async () => ask('stopTests', { file }));
}
