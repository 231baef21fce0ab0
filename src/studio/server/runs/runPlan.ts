import type * as z from 'zod';

import { asksProvider, type CheckedWorkflow } from '../../../core/workflow/index.ts';
import type { startRunSchema, ToldAnswer } from '../../protocol/index.ts';
import { RefusedRequest } from '../handlers.ts';
import type { KeptRun, RunStore } from '../store/runs.ts';
import { nodeAt } from './nodePaths.ts';
import type { Instructions } from './observerLink.ts';
import { pinnedValues } from './pinned.ts';
import type { CallOfRun } from './recorder/recorder.ts';
import type { Told } from './recorder/tell.ts';
import { Replayed } from './replayed.ts';
import { answerFor } from './wire/index.ts';

/** What a run is started with, checked by the route. */
export type RunRequest = z.output<typeof startRunSchema>;

/** What a run is told instead of asking and calling. */
export interface RunPlan {
  readonly instructions: Instructions;
  readonly pinned: ReadonlySet<string>;
  /** What a call of a model is answered with; undefined where the model is asked. */
  readonly told: (call: CallOfRun) => Told | undefined;
  /** Whether nothing is asked of any model. */
  readonly isToldWhole: boolean;
  /** Where a call belongs when nobody marked it. */
  readonly unmarkedNode: string;
  /** The run has to be watched for what it is asked to do. */
  readonly needsObserver: boolean;
}

/** Refuses pins that cannot be, nodes that are not there, and runs that are not kept. */
export async function planRun(
  checked: CheckedWorkflow,
  { pins, replay, stopAfter }: RunRequest,
  store: RunStore,
  onNote: (text: string) => void,
): Promise<RunPlan> {
  for (const node of [stopAfter, replay?.from]) if (node !== undefined) requireNode(checked, node);
  const pinned = pinnedValues(checked, pins);
  for (const node of pinned.unknown) onNote(`\`${node}\` is pinned and not there any more.`);
  const options = { from: replay?.from, isPaced: replay?.pace === 'recorded', onNote };
  const replayed = replay && new Replayed(checked, await keptRun(store, replay.run), options);
  const standIns = new Map<string, readonly ToldAnswer[]>([...(replayed?.standIns ?? []), ...pinned.standIns]);
  const asking = checked.file.nodes.filter(asksProvider);
  return {
    instructions: { standIns, stopAfter },
    pinned: new Set([...pinned.said.keys(), ...pinned.standIns.keys()]),
    told: (call) => {
      const said = pinned.said.get(call.node);
      const answer = said && answerFor(said, { path: call.path, body: call.request });
      if (answer === undefined) return replayed?.told(call);
      const pieces = answer.pieces.map((piece) => ({ atMs: 0, bytes: Buffer.from(piece) }));
      return { ...answer, pieces, isComplete: true, isPaced: false };
    },
    isToldWhole: replay !== undefined && replay.from === undefined,
    unmarkedNode: asking.length === 1 ? (asking[0]?.id ?? '') : '',
    needsObserver: standIns.size > 0 || pinned.said.size > 0 || replayed !== undefined || stopAfter !== undefined,
  };
}

/** A run that was kept. Refused where there is none. */
export async function keptRun(store: RunStore, id: string): Promise<KeptRun> {
  const run = await store.open(id);
  if (run !== undefined) return run;
  throw new RefusedRequest(404, { code: 'run_unknown', message: 'This run is not kept any more.' });
}

function requireNode(checked: CheckedWorkflow, path: string): void {
  if (nodeAt(checked, path) !== undefined) return;
  throw new RefusedRequest(422, { code: 'node_unknown', message: `The workflow has no node \`${path}\`.` });
}
