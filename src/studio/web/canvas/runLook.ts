import { useDocument } from '../document/documentStore.ts';
import { runOn } from '../run/runOn.ts';
import type { LiveRun, NodeRun } from '../run/liveRun.ts';
import { useRuns } from '../run/runStore.ts';

/** How a node looks for the run that the canvas shows. */
export type NodeLook = 'none' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'passed' | 'left out';

function hasEnded({ state }: LiveRun): boolean {
  return state !== 'preparing' && state !== 'running';
}

function lookOf(run: LiveRun | undefined, node: string): NodeLook {
  if (run === undefined) return 'none';
  const ran = run.nodes.get(node);
  if (ran !== undefined || run.isPartlyKnown) return ran?.state ?? 'none';
  return run.entry?.leftOut.has(node) === true ? 'left out' : hasEnded(run) ? 'passed' : 'waiting';
}

/** Another value only when the state is another: not with each token. */
export function useNodeLook(node: string): NodeLook {
  const file = useDocument((state) => state.current?.file);
  return useRuns((state) => lookOf(runOn(state, file), node));
}

/** `taken`: the run went along it; `open`: it may yet. */
export type WireLook = 'none' | 'open' | 'streaming' | 'taken' | 'passed';

interface WireEnds {
  readonly source: string;
  readonly handle: string;
  readonly target: string;
  readonly isStream: boolean;
  /** The value of its source says which way was taken. */
  readonly isWay: boolean;
}

export function useWireLook(ends: WireEnds): WireLook {
  const file = useDocument((state) => state.current?.file);
  return useRuns((state) => wireLook(runOn(state, file), ends));
}

function wireLook(run: LiveRun | undefined, ends: WireEnds): WireLook {
  if (run === undefined) return 'none';
  const [from, to] = [run.nodes.get(ends.source), run.nodes.get(ends.target)];
  if (ends.isStream && from?.state === 'running' && from.pieces > 0) return 'streaming';
  if (from !== undefined && isTaken(from, to, ends)) return 'taken';
  if (run.isPartlyKnown) return 'none';
  if (run.entry?.leftOut.has(ends.target) === true) return 'passed';
  return hasEnded(run) || (from?.state === 'done' && ends.isWay) ? 'passed' : 'open';
}

function isTaken(from: NodeRun, to: NodeRun | undefined, { handle, isStream, isWay }: WireEnds): boolean {
  if (isStream && from.pieces > 0) return true;
  if (typeof from.value === 'boolean' && (handle === 'true' || handle === 'false'))
    return String(from.value) === handle;
  if (isWay && typeof from.value === 'string' && to !== undefined) return from.value === handle;
  // A failure may be a way as well, and a loop goes along its body before it is done.
  const isOn = from.state === 'done' || (from.state === 'failed' && isWay) || from.rounds.length > 0;
  return isOn && to !== undefined;
}
