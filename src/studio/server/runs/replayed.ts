import { asksProvider, type CheckedWorkflow, type WorkflowNode } from '../../../core/workflow/index.ts';
import { asksElsewhere } from '../../../core/workflow/nodes/asksElsewhere.ts';
import type { ModelCall, RunUpdate, ToldAnswer } from '../../protocol/index.ts';
import type { KeptRun, KeptWire } from '../store/runs.ts';
import { firstDifference } from './difference.ts';
import { dependents, nodeAt } from './nodePaths.ts';
import type { CallOfRun } from './recorder/recorder.ts';
import type { Told } from './recorder/tell.ts';
import { answerFor, isStreamed, readAnswer } from './wire/index.ts';

interface Recorded {
  readonly call: ModelCall;
  readonly wire: KeptWire;
}

export interface ReplayOptions {
  /** From this node on, everything is asked and called anew. */
  readonly from: string | undefined;
  readonly isPaced: boolean;
  readonly onNote: (text: string) => void;
}

/** Goes by what another run recorded. */
export class Replayed {
  readonly #calls = new Map<string, Recorded[]>();
  readonly #told = new Set<Recorded>();
  readonly #live: ReadonlySet<string>;
  readonly #options: ReplayOptions;
  readonly standIns: ReadonlyMap<string, readonly ToldAnswer[]>;

  constructor(checked: CheckedWorkflow, run: KeptRun, options: ReplayOptions) {
    this.#options = options;
    this.#live = options.from === undefined ? new Set() : dependents(checked, options.from);
    for (const update of run.updates) {
      const wire = update.kind === 'call' ? run.wires.get(update.call.id) : undefined;
      if (update.kind !== 'call' || wire === undefined) continue;
      const recorded = { call: update.call, wire };
      const before = this.#calls.get(update.call.node);
      if (before === undefined) this.#calls.set(update.call.node, [recorded]);
      else before.push(recorded);
    }
    this.standIns = this.#resultsOfNodes(checked, run.updates);
  }

  /** What the call is answered with; undefined where the model is asked. */
  told({ node, path, request }: CallOfRun): Told | undefined {
    if (this.#isLive(node)) return undefined;
    const calls = this.#calls.get(node) ?? [];
    const left = calls.filter((each) => !this.#told.has(each));
    // Several items of a loop ask in whatever order: what asked the same is the one.
    const recorded = left.find(({ call }) => firstDifference(call.request, request) === undefined) ?? left[0];
    const isPaced = this.#options.isPaced;
    if (recorded === undefined) {
      this.#options.onNote(`The recorded run has no ${calls.length === 0 ? '' : 'further '}answer for \`${node}\`.`);
      return { ...notRecorded(node), isPaced };
    }
    this.#told.add(recorded);
    const difference = firstDifference(recorded.call.request, request);
    if (difference !== undefined)
      this.#options.onNote(`\`${node}\` asks something else than in the recorded run: ${difference} is another.`);
    const { call, wire } = recorded;
    const isSame = call.path.endsWith(path) && isStreamed(call.request) === isStreamed(request);
    return { ...(isSame ? wire : (rewritten(recorded, { path, body: request }) ?? wire)), isPaced };
  }

  #isLive(path: string): boolean {
    const [node = ''] = path.split('/');
    return this.#live.has(node);
  }

  #resultsOfNodes(checked: CheckedWorkflow, updates: readonly RunUpdate[]): ReadonlyMap<string, readonly ToldAnswer[]> {
    const results = new Map<string, ToldAnswer[]>();
    const cut = new Set<string>();
    for (const update of updates) {
      if (update.kind !== 'node_ended' || update.outcome === 'cancelled' || this.#isLive(update.node)) continue;
      if (!isToldWhole(nodeAt(checked, update.node))) continue;
      if (update.isTruncated) cut.add(update.node);
      const { items } = update;
      const given =
        update.outcome === 'done'
          ? { result: update.value ?? null }
          : { error: update.error?.message ?? 'It failed in the recorded run.' };
      const result: ToldAnswer = { ...given, ...(items !== undefined && { items }) };
      results.set(update.node, [...(results.get(update.node) ?? []), result]);
    }
    for (const node of cut) {
      results.delete(node);
      this.#options.onNote(`What \`${node}\` gave was too long to be kept whole, so it is called again.`);
    }
    return results;
  }
}

/** Nodes whose results are told; models are answered over the wire, and what goes on in a called workflow is told there. */
function isToldWhole(node: WorkflowNode | undefined): boolean {
  return node !== undefined && asksElsewhere(node.type) && !asksProvider(node) && node.type !== 'subWorkflow';
}

/** The answer in another form: the one that is asked for now. */
function rewritten({ call, wire }: Recorded, request: { path: string; body: unknown }): KeptWire | undefined {
  const text = Buffer.concat(wire.pieces.map(({ bytes }) => bytes)).toString('utf8');
  const said = readAnswer(call.path, wire.status ?? 0, text);
  const answer = said && answerFor(said, request);
  return (
    answer && {
      ...answer,
      pieces: answer.pieces.map((piece) => ({ atMs: 0, bytes: Buffer.from(piece) })),
      isComplete: true,
    }
  );
}

function notRecorded(node: string): KeptWire {
  const error = {
    message: `The recorded run has no answer for this call of ${node}.`,
    type: 'invalid_request_error',
    param: null,
    code: 'not_recorded',
  };
  // As all APIs have it: one of them says first that it is an error.
  const bytes = Buffer.from(JSON.stringify({ type: 'error', error }));
  return {
    status: 400,
    headers: { 'content-type': 'application/json' },
    pieces: [{ atMs: 0, bytes }],
    isComplete: true,
  };
}
