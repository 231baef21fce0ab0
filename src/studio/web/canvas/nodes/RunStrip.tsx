import { Ban, Check, CircleAlert, Hourglass, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';

import { awaitedOf } from '../../../../core/durableRuns.ts';
import { innerStep } from '../../run/innerRuns.ts';
import { useNodeRun, useRunOn } from '../../run/runStore.ts';
import type { LiveRun, NodeRun } from '../../run/liveRun.ts';
import { isLoop } from '../../run/nodeRun.ts';
import { wayTaken } from '../../run/wayTaken.ts';
import { useDocument } from '../../document/documentStore.ts';
import { count, counted, dollars, duration } from '../../design/figures.ts';

const lineCharacters = 80;

/** What the shown run did at a node, below it: the end of what streams; then time, tokens and dollars; or the error. */
export function RunStrip({ node }: { readonly node: string }): ReactNode {
  const run = useNodeRun(node);
  const inner = useRunOn((shown) => innerStep(shown, node));
  const way = useRunOn((shown) => wayOf(shown, node));
  if (run === undefined) return null;
  return (
    <div className="run-strip" data-state={run.state}>
      <StateIcon run={run} />
      <span className="min-w-0 grow">
        {run.state === 'running' && run.text !== '' && (
          <span className="run-line">
            <span>{endOf(run.text)}</span>
          </span>
        )}
        {run.error !== undefined && (
          <span className="run-error" title={run.error.message}>
            {run.error.message}
          </span>
        )}
        {run.state === 'running' && isLoop(run) && <LoopBar run={run} />}
        <span className="block truncate tabular-nums">
          {run.waitsFor !== undefined
            ? `waits for ${awaitedOf(run.waitsFor.kind)}`
            : inner === undefined
              ? [way, figuresOf(run, node)].filter(Boolean).join(' · ')
              : `in ${inner.replaceAll('/', ' › ')}`}
        </span>
      </span>
    </div>
  );
}

/** Which way a run went on from a node that only chooses one. */
function wayOf(run: LiveRun, node: string): string | undefined {
  const value = run.nodes.get(node)?.value;
  if (typeof value === 'boolean') return String(value);
  const { current } = useDocument.getState();
  return current && wayTaken(run, current, node);
}

function StateIcon({ run: { state, waitsFor } }: { readonly run: NodeRun }): ReactNode {
  if (waitsFor !== undefined) return <Hourglass size={12} aria-label="waiting" className="mt-px shrink-0" />;
  if (state === 'running')
    return <LoaderCircle size={12} aria-label="running" className="mt-px shrink-0 animate-spin" />;
  if (state === 'done') return <Check size={12} aria-label="done" className="mt-px shrink-0" />;
  if (state === 'failed') return <CircleAlert size={12} aria-label="failed" className="mt-px shrink-0" />;
  return <Ban size={12} aria-label="cancelled" className="mt-px shrink-0" />;
}

function endOf(text: string): string {
  const line = text.slice(-lineCharacters).replaceAll(/\s+/g, ' ');
  return text.length > lineCharacters ? `…${line}` : line;
}

/** How far a loop is, where it is known how far it goes. */
function LoopBar({ run: { roundsDone, roundsWanted = 0 } }: { readonly run: NodeRun }): ReactNode {
  if (roundsWanted < 2) return null;
  return (
    <span className="run-bar" aria-hidden>
      <span style={{ transform: `scaleX(${Math.min(1, roundsDone / roundsWanted)})` }} />
    </span>
  );
}

/** `3 of 5 items`, `5 items, 1 failed`, `2 rounds`; of a node in a loop how often it ran. */
function roundsIn(run: NodeRun, node: string): string | undefined {
  const { roundsDone, roundsFailed, roundsWanted, state } = run;
  if (run.rounds.length === 0 && roundsWanted === undefined) return undefined;
  const done = !isLoop(run)
    ? counted(roundsDone, 'time')
    : state === 'running' && roundsWanted !== undefined
      ? `${count(roundsDone)} of ${counted(roundsWanted, roundOf(node))}`
      : counted(roundsDone, roundOf(node));
  return roundsFailed === 0 ? done : `${done}, ${count(roundsFailed)} failed`;
}

/** What a loop goes through: the items of a list, or rounds. */
function roundOf(node: string): string {
  const { current } = useDocument.getState();
  return current?.drawing.nodes.find(({ id }) => id === node)?.known === 'repeat' ? 'round' : 'item';
}

function figuresOf(run: NodeRun, node: string): string {
  const { state, elapsedMs, firstTokenMs, pieces, tokens, costUsd } = run;
  const rounds = roundsIn(run, node);
  if (state === 'running') return rounds ?? (pieces === 0 ? 'running' : counted(pieces, 'token'));
  const figures = [
    rounds,
    state === 'cancelled' ? 'cancelled' : undefined,
    elapsedMs === undefined || (rounds !== undefined && !isLoop(run)) ? undefined : duration(elapsedMs),
    tokens === undefined ? undefined : counted(tokens, 'token'),
    costUsd === undefined ? undefined : dollars(costUsd),
  ].filter((figure) => figure !== undefined);
  return figures.length > 0 ? figures.join(' · ') : firstTokenMs === undefined ? state : duration(firstTokenMs);
}
