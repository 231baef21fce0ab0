import { create } from 'zustand';

import { readDrawing } from '../../../core/workflow/edits/index.ts';
import type { AskedWay, Json } from '../../../core/workflow/index.ts';
import type { Pin, RunUpdate, ServerEvent } from '../../protocol/index.ts';
import { ApiError, ask } from '../api/client.ts';
import { onServerEvent, useStudio } from '../api/studioStore.ts';
import { useDocument } from '../document/documentStore.ts';
import { emptyRun, isOver, withEntry, withSummary, withUpdates, type LiveRun, type NodeRun } from './liveRun.ts';
import { connectionOf } from './connections.ts';
import { entryOf } from './entry.ts';
import { runOn } from './runOn.ts';
import { notYetIn, withServerEvents, type RunEvent } from './runEvents.ts';

interface RunsState {
  /** Runs that this page has heard of, by id. */
  readonly runs: ReadonlyMap<string, LiveRun>;
  /** By file, the run that its canvas shows. */
  readonly shown: ReadonlyMap<string, string>;
  /** By file, a run that is no run of this Studio and is on its canvas while someone looks at it. */
  readonly lookedAt: ReadonlyMap<string, LiveRun>;
  /** By file. */
  readonly pins: ReadonlyMap<string, readonly Pin[]>;
  /** Files of which a run was asked for that has no id yet. */
  readonly starting: ReadonlySet<string>;
  /** Custom Python that waits for someone to agree to it, and what goes on then. */
  readonly askedTrust: { readonly file: string; readonly text: string; readonly then: () => void } | undefined;
}

/** Runs and what they show. It is apart from the document, so that a token redraws its node and nothing else. */
export const useRuns = create<RunsState>()(() => ({
  runs: new Map(),
  shown: new Map(),
  lookedAt: new Map(),
  pins: new Map(),
  starting: new Set(),
  askedTrust: undefined,
}));

let waiting: RunEvent[] = [];
/** What is said of runs while all that was said before is being loaded. */
const held = new Map<string, RunUpdate[]>();
let frame: (() => void) | undefined;

/** Takes in what the server says of runs; the page is drawn anew at most once a frame, however many tokens come. */
export function startFollowingRuns(): () => void {
  const endEvents = onServerEvent((event) => {
    if (!isOfRun(event)) return;
    if (event.type === 'run') held.get(event.run)?.push(event.update);
    waiting.push(event);
    frame ??= inNextFrame(flush);
  });
  // What was said while there was no connection is not said again.
  const endConnection = useStudio.subscribe(({ isConnected }, before) => {
    if (isConnected && !before.isConnected) void catchUp();
  });
  return () => {
    endEvents();
    endConnection();
    frame?.();
  };
}

function isOfRun(event: ServerEvent): event is RunEvent {
  return event.type === 'run' || event.type === 'run_summary';
}

/** A tab in the background draws no frames; gives what calls it off. */
function inNextFrame(then: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(then, 50);
    return () => clearTimeout(timer);
  }
  const request = requestAnimationFrame(then);
  // A tab that goes into the background before its next frame.
  const timer = setTimeout(then, 250);
  return () => {
    cancelAnimationFrame(request);
    clearTimeout(timer);
  };
}

function flush(): void {
  frame?.();
  frame = undefined;
  const events = waiting;
  waiting = [];
  useRuns.setState(({ runs }) => ({ runs: withServerEvents(runs, events) }));
}

async function catchUp(): Promise<void> {
  const unfinished = [...useRuns.getState().runs.values()].filter(({ state }) => !isOver(state));
  await Promise.all(unfinished.map(async ({ id }) => loadRun(id).catch(() => forgetRunning(id))));
}

/** A server that was started anew knows nothing of what the last one was running. */
function forgetRunning(id: string): void {
  const at = Date.now();
  const note = 'The Studio was started anew while this was running.';
  useRuns.setState(({ runs }) => {
    const run = runs.get(id) ?? emptyRun(id);
    return { runs: new Map(runs).set(id, withUpdates(run, [{ kind: 'state', at, state: 'cancelled', note }])) };
  });
}

/** A run with all that the server has recorded of it. */
export async function loadRun(id: string): Promise<LiveRun> {
  const meanwhile: RunUpdate[] = [];
  held.set(id, meanwhile);
  try {
    const { text, headers: _headers, updates, ...summary } = await ask('run', { run: id });
    waiting = waiting.filter((event) => event.type !== 'run' || event.run !== id);
    const begun = withEntry(emptyRun(id), entryOf(readDrawing(text), summary.input, summary.stopAfter));
    const recorded = withSummary(withUpdates(begun, updates), summary);
    const loaded = withUpdates(recorded, notYetIn(updates, meanwhile));
    useRuns.setState(({ runs }) => ({ runs: new Map(runs).set(id, loaded) }));
    return loaded;
  } finally {
    held.delete(id);
  }
}

interface RunRequest {
  readonly input: Json;
  readonly headers?: Readonly<Record<string, string>>;
  readonly stream?: boolean;
  readonly way?: AskedWay;
  readonly stopAfter?: string;
  readonly replay?: { readonly run: string; readonly from?: string };
  /** What is run in the place of what the canvas shows: a replay of an older text. */
  readonly text?: string;
}

const stopWanted = new Set<string>();

/**
 * Runs the open file as it is on the canvas, and shows the run there. Gives its id, or undefined when it did not begin.
 * @param onStarted is told the id also when the run begins later, once someone has agreed to its Python
 */
export async function startRun(request: RunRequest, onStarted?: (run: string) => void): Promise<string | undefined> {
  const { current } = useDocument.getState();
  if (current === undefined) return undefined;
  const { file } = current;
  const { text = current.text, headers = {}, ...rest } = request;
  setStarting(file, true);
  try {
    const isWholeReplay = rest.replay !== undefined && rest.replay.from === undefined;
    const pins = isWholeReplay ? [] : [...(useRuns.getState().pins.get(file) ?? [])];
    const connection = rest.way === 'websocket' && { connection: connectionOf(file) };
    const { run } = await ask('startRun', { ...rest, ...connection, headers: { ...headers }, file, text, pins });
    const entry = entryOf(text === current.text ? current.drawing : readDrawing(text), rest.input, rest.stopAfter);
    useRuns.setState(({ runs, shown }) => ({
      runs: new Map(runs).set(run, withEntry(runs.get(run) ?? emptyRun(run), entry)),
      shown: new Map(shown).set(file, run),
    }));
    onStarted?.(run);
    if (stopWanted.delete(file)) void stopRun(run);
    return run;
  } catch (error) {
    stopWanted.delete(file);
    if (!(error instanceof ApiError)) throw error;
    if (error.refusal.code === 'trust_needed')
      useRuns.setState({ askedTrust: { file, text, then: () => void startRun(request, onStarted) } });
    else refuse(error);
    return undefined;
  } finally {
    setStarting(file, false);
  }
}

function setStarting(file: string, isStarting: boolean): void {
  useRuns.setState(({ starting }) => {
    const next = new Set(starting);
    if (isStarting) next.add(file);
    else next.delete(file);
    return { starting: next };
  });
}

/** Says why the server would not do something, and what to do about it. */
export function refuse({ words }: ApiError): void {
  useDocument.getState().refuse(words);
}

/** Does something that the server may refuse, and says so then. Gives whether it was done. */
export async function attempt(what: () => Promise<unknown>): Promise<boolean> {
  try {
    await what();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    refuse(error);
    return false;
  }
}

export async function stopRun(run: string): Promise<void> {
  await attempt(async () => ask('stopRun', { run }));
}

/** Stops what the canvas of a file shows, also what has only just been asked for. */
export function stopShown(file: string): void {
  const { runs, shown, starting } = useRuns.getState();
  const run = runs.get(shown.get(file) ?? '');
  if (starting.has(file)) stopWanted.add(file);
  else if (run !== undefined && !isOver(run.state)) void stopRun(run.id);
}

/** Puts a run of the history, or none, onto the canvas. */
export async function showRun(file: string, run: string | undefined): Promise<void> {
  if (run !== undefined && !useRuns.getState().runs.has(run) && !(await attempt(async () => loadRun(run)))) return;
  useRuns.setState(({ shown }) => {
    const next = new Map(shown);
    if (run === undefined) next.delete(file);
    else next.set(file, run);
    return { shown: next };
  });
}

/** Draws a run that is no run of this Studio onto a canvas, or what was there before. */
export function lookAt(file: string, run: LiveRun | undefined): void {
  useRuns.setState(({ lookedAt }) => {
    const next = new Map(lookedAt);
    if (run === undefined) next.delete(file);
    else next.set(file, run);
    return { lookedAt: next };
  });
}

/** Something of the shown run; what asks for little of it is drawn anew only when that changes. */
export function useShown<Value>(of: (run: LiveRun) => Value): Value | undefined {
  const file = useDocument((state) => state.current?.file);
  return useRuns(({ runs, shown }) => {
    const run = file === undefined ? undefined : runs.get(shown.get(file) ?? '');
    return run === undefined ? undefined : of(run);
  });
}

/** What the shown run did at a node; undefined while it has not come there. */
export function useNodeRun(node: string): NodeRun | undefined {
  return useRunOn((run) => run.nodes.get(node));
}

/** As `useShown`; on the canvas of a workflow that was called, what the run of its caller did there. */
export function useRunOn<Value>(of: (run: LiveRun) => Value): Value | undefined {
  const file = useDocument((state) => state.current?.file);
  return useRuns((state) => {
    const run = runOn(state, file);
    return run === undefined ? undefined : of(run);
  });
}

/** Whether the shown run goes on, or one is about to begin. */
export function useIsRunning(): boolean {
  const file = useDocument((state) => state.current?.file);
  return useRuns((state) => file !== undefined && isRunning(state, file));
}

export function isRunning({ runs, shown, starting }: RunsState, file: string): boolean {
  const state = runs.get(shown.get(file) ?? '')?.state;
  return starting.has(file) || (state !== undefined && !isOver(state));
}
