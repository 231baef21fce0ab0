import { setTimeout as sleep } from 'node:timers/promises';

import { problemSchema } from '../../../core/events.ts';
import type { Json } from '../../../core/workflow/index.ts';
import { HostError } from '../../../host/errors.ts';
import { sendRequest } from '../../../host/runRequest.ts';
import { serverSentEvents } from '../../../host/serverSentEvents.ts';
import type { RunState, RunUpdate } from '../../protocol/index.ts';
import { jsonOrText } from './jsonOrText.ts';
import type { LiveService } from './liveService.ts';
import type { RunRequest } from './runPlan.ts';
import type { Instructions, Observation } from './observerLink.ts';
import { triggerOf } from './nodePaths.ts';
import { withoutUndefined } from './present.ts';
import type { Project } from './projects.ts';
import type { RecordedCall } from './recorder/recordedCall.ts';
import type { CallOfRun, CallsOfRun } from './recorder/recorder.ts';
import type { Told } from './recorder/tell.ts';
import type { RunJournal } from './runJournal.ts';
import type { Mask } from './secrets.ts';
import type { HeldService } from './services.ts';

/** What is seen from outside comes by another way than the answer, and may be a little later. */
const observerGraceMs = 500;
const stopGraceMs = 1_000;

export interface LiveRunOptions {
  readonly id: string;
  readonly project: Project;
  readonly start: Pick<RunRequest, 'input' | 'headers' | 'stream' | 'stopAfter' | 'observe'>;
  readonly journal: RunJournal;
  readonly mask: Mask;
  readonly instructions: Instructions;
  readonly pinned: ReadonlySet<string>;
  /** What a call of a model is answered with; undefined where the model is asked. */
  readonly told: (call: CallOfRun) => Told | undefined;
  /** Where a call belongs when nobody marked it. */
  readonly unmarkedNode: string;
}

/** How a run ended. */
interface Ending {
  readonly state: Exclude<RunState, 'preparing' | 'running'>;
  readonly note?: string | undefined;
  readonly hint?: string | undefined;
}

/** A run while it goes on: the request to the service, what comes back, and what is seen of it from outside. */
export class LiveRun implements CallsOfRun {
  readonly #options: LiveRunOptions;
  readonly #abort = new AbortController();
  readonly #openCalls = new Set<RecordedCall>();
  #onQuiet: () => void = () => undefined;
  #hasRunEnded = false;
  #isStopped = false;
  /** The node that was to be the last has ended. */
  #isPastLast = false;
  #ending: Ending | undefined;

  constructor(options: LiveRunOptions) {
    this.#options = options;
  }

  get mask(): Mask {
    return this.#options.mask;
  }

  /** Closes the connection to the service, which then closes its own to the model. */
  stop(): void {
    this.#isStopped = true;
    this.#abort.abort();
  }

  /** Goes from the start of the service to the end of the run. Never throws. */
  async execute(hold: () => Promise<HeldService>, onHostError: (error: HostError) => void): Promise<void> {
    const { journal } = this.#options;
    try {
      const ending = await this.#run(hold);
      journal.add({ kind: 'state', at: Date.now(), ...ending });
    } catch (error) {
      if (error instanceof HostError) onHostError(error);
      const isHost = error instanceof HostError;
      const note = isHost ? error.message : `The run could not go on: ${String(error)}`;
      const failed = { state: 'failed', note, ...(isHost && { hint: error.hint }) } as const;
      journal.add({ kind: 'state', at: Date.now(), ...(this.#isStopped ? { state: 'cancelled' } : failed) });
    }
    await journal.flush();
  }

  async #run(hold: () => Promise<HeldService>): Promise<Ending> {
    const stopped = new Promise<undefined>((resolve) => {
      this.#abort.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const holding = hold();
    const held = await Promise.race([holding, stopped]);
    if (held === undefined) {
      void holding.then(({ release }) => release()).catch(() => undefined);
      return { state: 'cancelled' };
    }
    const { service, release } = held;
    try {
      this.#begin(service);
      await this.#ask(service);
      await this.#untilQuiet(this.#isStopped || this.#isPastLast ? stopGraceMs : observerGraceMs);
      return this.#endingOf();
    } finally {
      service.remove(this.#options.id);
      release();
    }
  }

  #begin(service: LiveService): void {
    const { id, journal, start, instructions, unmarkedNode } = this.#options;
    const isObserved = start.observe && service.link.isOpen;
    if (start.observe && !isObserved)
      journal.add({ kind: 'note', at: Date.now(), text: 'Nodes are not watched: the observer has ended.' });
    this.#hasRunEnded = !isObserved;
    service.add(id, { calls: this, unmarkedNode, isObserved });
    if (isObserved) service.link.watch(id, instructions, (observation) => this.#observe(observation));
    journal.add({ kind: 'state', at: Date.now(), state: 'running' });
  }

  async #ask(service: LiveService): Promise<void> {
    const { id, journal, project, start } = this.#options;
    const isObserved = start.observe && service.link.isOpen;
    const headers = { ...start.headers, ...(isObserved && { 'x-studio-run': id }) };
    journal.requested();
    try {
      const response = await sendRequest(service.server.url, project.checked.trigger, {
        input: start.input,
        isStreamed: start.stream,
        headers,
        signal: this.#abort.signal,
      });
      await this.#read(response);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      // fetch throws a TypeError when a connection fails or breaks.
      if (!(error instanceof TypeError)) throw error;
      this.#ending = await this.#whyBroken(service);
    }
  }

  async #read(response: Response): Promise<void> {
    const { journal } = this.#options;
    const headers = Object.fromEntries(response.headers);
    journal.add({ kind: 'answer', at: Date.now(), status: response.status, headers });
    const contentType = response.headers.get('content-type') ?? '';
    if (contentType.startsWith('text/event-stream') && response.body !== null) {
      const masked = this.mask.events();
      try {
        for await (const { event, data } of serverSentEvents(response.body))
          for (const told of masked.take(event, jsonOrText(data))) this.#take(told.event, told.data);
      } finally {
        for (const { event, data } of masked.end()) this.#take(event, data);
      }
      return;
    }
    const body = await response.text();
    if (body === '' && this.#options.start.stopAfter !== undefined) return;
    const isProblem = contentType.startsWith('application/problem+json') || response.status >= 400;
    this.#take(isProblem ? 'error' : 'answer', jsonOrText(body));
  }

  #take(event: string, data: unknown): void {
    if (event === 'error') {
      const problem = problemSchema.safeParse(data);
      const { detail = 'The service answered with an error.', hint } = problem.data ?? {};
      this.#ending = { state: 'failed', note: detail, hint: hint ?? undefined };
    } else if (event === 'done' || event === 'answer') {
      this.#ending = { state: 'done' };
    }
    this.#options.journal.add({ kind: 'event', at: Date.now(), event, data: data as never });
  }

  async #whyBroken(service: LiveService): Promise<Ending> {
    const exit = await Promise.race([service.server.exited, sleep(observerGraceMs)]);
    if (exit === undefined)
      return { state: 'failed', note: 'The connection to the service broke before the run had ended.' };
    const lines = exit.stderr.trimEnd().split('\n').slice(-15).join('\n');
    const note = `The service ended by itself (exit code ${exit.exitCode ?? 'none'}).${lines === '' ? '' : `\n${lines}`}`;
    return { state: 'failed', note, hint: 'The next run starts it anew.' };
  }

  #endingOf(): Ending {
    if (this.#isPastLast) return { state: 'done', note: `Stopped after \`${this.#options.start.stopAfter ?? ''}\`.` };
    if (this.#isStopped) return { state: 'cancelled' };
    return this.#ending ?? { state: 'failed', note: 'The stream of the service ended before the run had.' };
  }

  told(call: CallOfRun): Told | undefined {
    return this.#options.told(call);
  }

  onCall(call: RecordedCall): void {
    const { journal } = this.#options;
    if (call.hasEnded) this.#openCalls.delete(call);
    else this.#openCalls.add(call);
    if (call.hasEnded) journal.addWire(call.id, call.wire);
    journal.add({ kind: 'call', at: Date.now(), call: call.shown });
    this.#checkQuiet();
  }

  onFailure(text: string): void {
    this.#options.journal.add({ kind: 'note', at: Date.now(), text });
  }

  #observe(observation: Observation): void {
    const { journal, pinned, project, start } = this.#options;
    const { at } = observation;
    switch (observation.kind) {
      case 'run_started':
        this.#triggered(at, project.checked.trigger.id, { value: observation.input });
        break;
      case 'workflow_started': {
        const node = triggerOf(project.checked, observation.node);
        if (node !== undefined) this.#triggered(at, node, observation);
        break;
      }
      case 'run_ended':
        this.#hasRunEnded = true;
        break;
      case 'node_started':
      case 'counted': {
        const { run: _run, ...told } = observation;
        journal.add(withoutUndefined(told));
        break;
      }
      case 'item_started': {
        const { node, items, index, value, truncated } = observation;
        const isTruncated = truncated ? true : undefined;
        journal.add(withoutUndefined({ kind: 'item_started' as const, at, node, items, index, value, isTruncated }));
        break;
      }
      case 'item_ended': {
        journal.add({
          kind: 'item_ended',
          index: observation.index,
          outcome: observation.outcome,
          ...endOf(observation),
        });
        break;
      }
      case 'node_ended': {
        const { node, outcome } = observation;
        const isPinned = pinned.has(node) && { isPinned: true };
        journal.add({ kind: 'node_ended', outcome, ...endOf(observation), ...isPinned });
        if (node === start.stopAfter && outcome === 'done') this.#isPastLast = true;
        break;
      }
      case 'failed': {
        const { node, error } = observation;
        journal.add({ kind: 'failed', at, error, ...(node !== undefined && { node }) });
        break;
      }
      case 'printed': {
        const { node, text } = observation;
        journal.add({ kind: 'printed', at, text, ...(node !== undefined && { node }) });
        break;
      }
    }
    this.#checkQuiet();
  }

  /** A trigger does nothing but to give what came. */
  #triggered(
    at: number,
    node: string,
    given: { readonly value?: Json | undefined; readonly truncated?: boolean | undefined },
  ): void {
    const { journal } = this.#options;
    journal.add({ kind: 'node_started', at, node });
    const value = given.value !== undefined && { value: given.value };
    const isTruncated = given.truncated && { isTruncated: true };
    journal.add({ kind: 'node_ended', at, node, outcome: 'done', elapsedMs: 0, ...value, ...isTruncated });
  }

  get #isQuiet(): boolean {
    return this.#hasRunEnded && this.#openCalls.size === 0;
  }

  #checkQuiet(): void {
    if (this.#isQuiet) this.#onQuiet();
  }

  /** Waits for what comes by other ways than the answer. */
  async #untilQuiet(graceMs: number): Promise<void> {
    if (this.#isQuiet) return;
    const quiet = new Promise<void>((resolve) => (this.#onQuiet = resolve));
    const abort = new AbortController();
    const late = sleep(graceMs, undefined, { signal: abort.signal }).catch(() => undefined);
    await Promise.race([quiet, late]);
    abort.abort();
  }
}

/** What is told of the end of a node, or of a round of a loop. */
function endOf({
  at,
  node,
  items,
  elapsed_ms: elapsedMs,
  value,
  truncated,
  error,
}: Extract<Observation, { readonly kind: 'node_ended' | 'item_ended' }>): Pick<
  Extract<RunUpdate, { readonly kind: 'node_ended' }>,
  'at' | 'node' | 'items' | 'elapsedMs' | 'value' | 'isTruncated' | 'error'
> {
  return withoutUndefined({ at, node, items, elapsedMs, value, isTruncated: truncated ? true : undefined, error });
}
