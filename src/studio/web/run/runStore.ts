import { create } from 'zustand';

import type { Json } from '../../../core/workflow/index.ts';
import type { Pin, RunSummary, RunUpdate } from '../../protocol/index.ts';
import { ApiError, ask } from '../api/client.ts';
import { onServerEvent } from '../api/studioStore.ts';
import { useDocument } from '../document/documentStore.ts';
import { emptyRun, withUpdates, type LiveRun, type NodeRun } from './liveRun.ts';

interface RunsState {
  /** Runs that this page has heard of, by id. */
  readonly runs: ReadonlyMap<string, LiveRun>;
  /** By file, the run that its canvas shows. */
  readonly shown: ReadonlyMap<string, string>;
  /** By file. */
  readonly pins: ReadonlyMap<string, readonly Pin[]>;
  /** Custom Python that waits for someone to agree to it, and what goes on then. */
  readonly askedTrust: { readonly file: string; readonly text: string; readonly then: () => void } | undefined;
}

/** Runs and what they show. It is apart from the document, so that a token redraws its node and nothing else. */
export const useRuns = create<RunsState>()(() => ({
  runs: new Map(),
  shown: new Map(),
  pins: new Map(),
  askedTrust: undefined,
}));

const waiting = new Map<string, RunUpdate[]>();
let frame: number | undefined;

/** Takes in what the server says of runs; the page is drawn anew at most once a frame, however many tokens come. */
export function startFollowingRuns(): () => void {
  return onServerEvent((event) => {
    if (event.type === 'run_summary') keepSummary(event.summary);
    if (event.type !== 'run') return;
    const updates = waiting.get(event.run);
    if (updates === undefined) waiting.set(event.run, [event.update]);
    else updates.push(event.update);
    // A tab in the background draws no frames.
    frame ??= document.hidden ? window.setTimeout(flush, 50) : requestAnimationFrame(flush);
  });
}

function flush(): void {
  frame = undefined;
  const runs = new Map(useRuns.getState().runs);
  for (const [id, updates] of waiting) runs.set(id, withUpdates(runs.get(id) ?? emptyRun(id), updates));
  waiting.clear();
  useRuns.setState({ runs });
}

function keepSummary(summary: RunSummary): void {
  const { runs } = useRuns.getState();
  const run = runs.get(summary.id) ?? emptyRun(summary.id);
  useRuns.setState({ runs: new Map(runs).set(summary.id, { ...run, summary, state: summary.state }) });
}

export interface RunRequest {
  readonly input: Json;
  readonly headers?: Readonly<Record<string, string>>;
  readonly stream?: boolean;
  readonly stopAfter?: string;
  readonly replay?: { readonly run: string; readonly from?: string };
}

/** Runs the open file as it is on the canvas, and shows the run there. Gives its id, or undefined when it did not begin. */
export async function startRun(request: RunRequest): Promise<string | undefined> {
  const { current, refuse } = useDocument.getState();
  if (current === undefined) return undefined;
  const { file, text } = current;
  try {
    const pins = [...(useRuns.getState().pins.get(file) ?? [])];
    const { run } = await ask('startRun', { ...request, headers: { ...request.headers }, file, text, pins });
    const { runs, shown } = useRuns.getState();
    useRuns.setState({
      runs: runs.has(run) ? runs : new Map(runs).set(run, emptyRun(run)),
      shown: new Map(shown).set(file, run),
    });
    return run;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.refusal.code === 'trust_needed')
      useRuns.setState({ askedTrust: { file, text, then: () => void startRun(request) } });
    else refuse([error.refusal.message, error.refusal.hint].filter(Boolean).join(' '));
    return undefined;
  }
}

export async function stopRun(run: string): Promise<void> {
  await ask('stopRun', { run });
}

/** Puts a run of the history, or none, onto the canvas. */
export async function showRun(file: string, run: string | undefined): Promise<void> {
  const { runs, shown } = useRuns.getState();
  const next = new Map(shown);
  if (run === undefined) next.delete(file);
  else {
    next.set(file, run);
    if (runs.get(run) === undefined) {
      const { text: _text, updates, ...summary } = await ask('run', { run });
      const loaded = withUpdates({ ...emptyRun(run), summary }, updates);
      useRuns.setState({ runs: new Map(useRuns.getState().runs).set(run, { ...loaded, state: summary.state }) });
    }
  }
  useRuns.setState({ shown: next });
}

/** The run that the canvas of the open file shows. */
export function useShownRun(): LiveRun | undefined {
  const file = useDocument((state) => state.current?.file);
  return useRuns(({ runs, shown }) => (file === undefined ? undefined : runs.get(shown.get(file) ?? '')));
}

/** What the shown run did at a node; undefined while it has not come there. */
export function useNodeRun(node: string): NodeRun | undefined {
  const file = useDocument((state) => state.current?.file);
  return useRuns(({ runs, shown }) =>
    file === undefined ? undefined : runs.get(shown.get(file) ?? '')?.nodes.get(node),
  );
}

/** Whether the shown run goes on. */
export function useIsRunning(): boolean {
  const state = useShownRun()?.state;
  return state === 'preparing' || state === 'running';
}
