import type { Duplex } from 'node:stream';
import * as z from 'zod';

import { jsonOf } from '../../../host/jsonText.ts';
import { frameSchema, type ToldAnswer } from '../../protocol/index.ts';
import { linesOf } from './lines.ts';

const of = { run: z.string(), at: z.number() };
const someNode = z
  .string()
  .nullish()
  .transform((node) => node ?? undefined);
const items = z.array(z.object({ node: z.string(), index: z.int().min(0) })).optional();
const error = z.object({ type: z.string(), message: z.string(), frames: z.array(frameSchema) });
const outcome = z.enum(['done', 'failed', 'cancelled']);

/** What an observer tells of the runs of its service. */
const observationSchema = z.discriminatedUnion('kind', [
  /** `input` is what the trigger gives: validated, with its defaults. */
  z.object({ kind: z.literal('run_started'), ...of, input: z.json().optional() }),
  /** A node calls a workflow, whose trigger gives `value`. */
  z.object({
    kind: z.literal('workflow_started'),
    ...of,
    node: z.string(),
    value: z.json().optional(),
    truncated: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('node_started'), ...of, node: z.string(), items }),
  z.object({ kind: z.literal('counted'), ...of, node: z.string(), items, count: z.int() }),
  z.object({
    kind: z.literal('node_ended'),
    ...of,
    node: z.string(),
    items,
    outcome,
    elapsed_ms: z.number(),
    value: z.json().optional(),
    truncated: z.boolean().optional(),
    error: error.optional(),
  }),
  z.object({
    kind: z.literal('item_started'),
    ...of,
    node: z.string(),
    items,
    index: z.int().min(0),
    value: z.json().optional(),
    truncated: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('item_ended'),
    ...of,
    node: z.string(),
    items,
    index: z.int().min(0),
    outcome: z.enum(['done', 'failed']),
    elapsed_ms: z.number(),
    value: z.json().optional(),
    truncated: z.boolean().optional(),
    error: error.optional(),
  }),
  z.object({
    kind: z.literal('failed'),
    ...of,
    node: someNode,
    error,
  }),
  z.object({ kind: z.literal('printed'), ...of, node: someNode, text: z.string() }),
  z.object({ kind: z.literal('run_ended'), ...of, outcome }),
]);
export type Observation = z.output<typeof observationSchema>;

/** What an observer is asked to do in a run that is about to begin. */
export interface Instructions {
  readonly standIns: ReadonlyMap<string, readonly ToldAnswer[]>;
  readonly stopAfter: string | undefined;
}

/** The pipes to the observer of a service: what it sees comes in, what it shall do goes out. */
export class ObserverLink {
  readonly #control: Duplex;
  readonly #listeners = new Map<string, (observation: Observation) => void>();
  #isOpen = true;

  constructor([events, control]: readonly Duplex[]) {
    if (events === undefined || control === undefined) throw new Error('An observer has two pipes.');
    this.#control = control;
    void linesOf(events, (line) => this.#take(line));
    // What comes back on the other pipe is nothing; unread, it would keep the pipe from closing.
    control.resume();
    for (const pipe of [events, control]) pipe.once('close', () => (this.#isOpen = false));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Listens to a run, and tells the observer what to do in it. */
  watch(run: string, { standIns, stopAfter }: Instructions, listener: (observation: Observation) => void): void {
    this.#listeners.set(run, listener);
    if (standIns.size > 0) this.#send({ run, stand_ins: Object.fromEntries(standIns) });
    if (stopAfter !== undefined) this.#send({ run, stop_after: stopAfter });
  }

  /** Ends a run that has no connection any more which could be closed. */
  stop(run: string): void {
    this.#send({ run, stop: true });
  }

  unwatch(run: string): void {
    this.#listeners.delete(run);
  }

  #send(message: object): void {
    if (this.#isOpen) this.#control.write(`${JSON.stringify(message)}\n`);
  }

  #take(line: string): void {
    const observation = observationSchema.safeParse(jsonOf(line));
    if (observation.success) this.#listeners.get(observation.data.run)?.(observation.data);
  }
}
