import type { DurableRun, DurableStep } from '../../../../core/durableRuns.ts';
import type { Drawing } from '../../../../core/workflow/edits/index.ts';
import type { RunState } from '../../../protocol/index.ts';
import type { LiveRun } from '../../run/liveRun.ts';
import { newNodeRun, type NodeRun } from '../../run/nodeRun.ts';
import { triggerNode } from '../../run/trigger.ts';
import { standingOfStep } from './standings.ts';
import { timeOf } from './times.ts';

const states = { running: 'running', succeeded: 'done', failed: 'failed', cancelled: 'cancelled' } as const;

/**
 * A durable run as the canvas of its workflow shows runs: what its service keeps of each step, with what it has said.
 * @param said its events, from the beginning
 */
export function drawnRun(run: DurableRun, said: LiveRun, drawing: Drawing): LiveRun {
  const nodes = new Map<string, NodeRun>();
  const began = timeOf(run.created_at);
  const trigger = triggerNode(drawing);
  if (trigger !== undefined && began !== undefined) nodes.set(trigger, stepRun(began, 'done', began));
  for (const step of run.steps) {
    const node = nodeOf(step.step);
    const known = withStep(nodes.get(node), step, run);
    const heard = said.nodes.get(node);
    nodes.set(node, { ...known, ...(heard && { text: heard.text, texts: heard.texts, pieces: heard.pieces }) });
  }
  return {
    ...said,
    isPartlyKnown: true,
    state: states[run.status],
    startedAt: began,
    endedAt: timeOf(run.ended_at),
    nodes,
    output: run.result?.output,
    usage: run.usage,
    problem: run.problem,
  };
}

/** `summary` for `each[2]/summary`: what runs inside of a loop stands on the canvas beside it. */
function nodeOf(step: string): string {
  const parts = step.split('/');
  const own = parts.filter((part, index) => index === parts.length - 1 || !part.endsWith(']'));
  return own.join('/').replace(/\[\d+\]$/, '');
}

function withStep(before: NodeRun | undefined, step: DurableStep, { status, problem }: DurableRun): NodeRun {
  const began = timeOf(step.began_at) ?? before?.startedAt ?? 0;
  const next = stepRun(began, stateOf(step, status), timeOf(step.ended_at));
  const { total_tokens: tokens, cost_usd: cost } = step.usage ?? {};
  const isFailed = next.state === 'failed' && step.code !== undefined;
  return {
    ...next,
    // One of several rounds that goes on, or was done, says more than the last.
    state:
      (['running', 'done'] as const).find((state) => before?.state === state || next.state === state) ?? next.state,
    startedAt: Math.min(before?.startedAt ?? began, began),
    past: before === undefined ? next.past : before.past.with([...next.past]),
    open: next.open.size === 0 && before !== undefined ? before.open : next.open,
    tokens: sum(before?.tokens, tokens),
    costUsd: sum(before?.costUsd, cost ?? undefined),
    ...(isFailed && { error: { type: step.code ?? '', message: problem?.detail ?? step.code ?? '', frames: [] } }),
    ...(next.state === 'running' &&
      step.status === 'waiting' && { waitsFor: { kind: step.waits_for ?? '', until: step.until ?? '' } }),
  };
}

function stateOf({ status }: DurableStep, run: DurableRun['status']): NodeRun['state'] {
  const standing = standingOfStep(status, run);
  if (standing === 'done' || standing === 'failed') return standing;
  return standing === 'unfinished' ? 'cancelled' : 'running';
}

function stepRun(began: number, state: Exclude<RunState, 'preparing'>, ended: number | undefined): NodeRun {
  const begun = newNodeRun(began);
  if (state === 'running' || ended === undefined) return { ...begun, state, isStartKnown: true };
  const past = begun.past.with([{ startedAt: began, endedAt: ended, state }]);
  return { ...begun, state, elapsedMs: ended - began, past, open: new Map(), isStartKnown: true };
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : one + (other ?? 0);
}
