import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

import { problemSchema } from '../../../core/events.ts';
import type { Json } from '../../../core/workflow/index.ts';
import type { NodeOf } from '../../../core/workflow/types.ts';
import { HostError } from '../../../host/errors.ts';
import { remembered } from '../../../core/workflow/servedModel.ts';
import { sendRequest } from '../../../host/runRequest.ts';
import { openSocket, type RunSocket, type SocketMessage } from '../../../host/runSocket.ts';
import { serverSentEvents } from '../../../host/serverSentEvents.ts';
import type { RunState } from '../../protocol/index.ts';
import { jsonOrText } from '../../../host/jsonText.ts';
import { BegunRun } from './begunRun.ts';
import type { LiveService } from './liveService.ts';
import { failureIn } from './otherAnswers.ts';
import type { RunRequest } from './runPlan.ts';
import type { Instructions, Observation } from './observerLink.ts';
import { triggerOf } from './nodePaths.ts';
import { updateOf } from './observedUpdates.ts';
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

/** What a request is answered with whose run nobody waits for. */
const accepted = z.object({ status: z.literal('accepted') });
const usedUp = z.object({ code: z.literal('too_many_requests') });
const usedUpNote =
  'That is the limit of the workflow, as its callers meet it. The next run here is let in again: it gets a service that counts anew.';

const newConnectionNote = 'The connection is new: the workflow remembers nothing of what was said before it.';

export interface LiveRunOptions {
  readonly id: string;
  readonly project: Project;
  readonly start: Pick<RunRequest, 'input' | 'headers' | 'stream' | 'way' | 'connection' | 'stopAfter' | 'observe'>;
  readonly journal: RunJournal;
  readonly mask: Mask;
  readonly instructions: Instructions;
  readonly pinned: ReadonlySet<string>;
  /** What a call of a model is answered with; undefined where the model is asked. */
  readonly told: (call: CallOfRun) => Told | undefined;
  /** Where a call belongs when nobody marked it. */
  readonly unmarkedNode: string;
}

type SocketConfig = NodeOf<'websocketEndpoint'>['config'];

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
  #onRunEnded: () => void = () => undefined;
  #hasRunEnded = false;
  #isStopped = false;
  /** The node that was to be the last has ended. */
  #isPastLast = false;
  #ending: Ending | undefined;
  /** What the service says has failed. */
  #problem: unknown;
  /** Its request is answered, and it goes on; what it fails with then, no answer says. */
  #isAccepted = false;
  #failure: string | undefined;
  #onStop: () => void = () => undefined;
  #begun: BegunRun | undefined;

  constructor(options: LiveRunOptions) {
    this.#options = options;
  }

  get mask(): Mask {
    return this.#options.mask;
  }

  /** The run as its service keeps it, where it keeps runs and has been asked. */
  get begun(): BegunRun | undefined {
    return this.#begun;
  }

  /** Says so where the caller can, or closes the connection to the service, which then closes its own to the model. */
  stop(): void {
    this.#isStopped = true;
    this.#abort.abort();
    this.#onStop();
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
      if (this.#isStopped) await this.#begun?.cancel().catch(() => undefined);
      if (this.#isAccepted) await this.#untilEnded(service);
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
    if (project.checked.file.durable === true) this.#begun = new BegunRun(service.server.url, project.models.env);
    journal.requested();
    try {
      if (start.way === 'websocket' && project.checked.trigger.type === 'websocketEndpoint')
        return await this.#talk(service, project.checked.trigger.config, headers);
      const response = await sendRequest(service.server.url, project.checked.trigger, {
        input: start.input,
        isStreamed: start.stream,
        way: start.way,
        headers,
        signal: this.#abort.signal,
        visitor: service.visitor,
      });
      await this.#read(response, service);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      // fetch throws a TypeError when a connection fails or breaks.
      if (!(error instanceof TypeError)) throw error;
      this.#ending = await this.#whyBroken(service);
    }
  }

  /** Asks over a WebSocket, which may have been open before and may stay so. */
  async #talk(service: LiveService, config: SocketConfig, headers: Readonly<Record<string, string>>): Promise<void> {
    const { id, journal, start } = this.#options;
    const { connection = id } = start;
    const { signal } = this.#abort;
    const told = new Headers(service.visitor.headers(''));
    for (const [header, value] of Object.entries(headers)) told.set(header, value);
    const open = async (): Promise<RunSocket | Response> =>
      openSocket(service.server.url, { path: config.path, headers: Object.fromEntries(told), signal });
    // What a connection is opened with holds for all that is said on it.
    const name = JSON.stringify([connection, start.headers, 'x-studio-run' in headers]);
    const connected = await service.connections.take(name, open);
    if (connected instanceof Response) return this.#read(connected, service);
    const { socket, isNew } = connected;
    journal.add({ kind: 'answer', at: Date.now(), status: 101, headers: { ...socket.headers } });
    if (signal.aborted) return;
    const { input, hasHistory } = saidOver(config, start.input);
    if (isNew && hasHistory) journal.add({ kind: 'note', at: Date.now(), text: newConnectionNote });
    const say = (message: SocketMessage): void => {
      journal.add({ kind: 'said', at: Date.now(), message: message as Json });
      socket.say(message);
    };
    const onStop = (): void => {
      say({ type: 'stop', id });
      // Who does not end a run is left.
      setTimeout(() => socket.leave(id), stopGraceMs);
    };
    const events = socket.eventsOf(id);
    this.#onRunEnded = () => this.#isPastLast && socket.leave(id);
    signal.addEventListener('abort', onStop, { once: true });
    try {
      say({ type: 'run', id, input });
      await this.#hear(events);
    } finally {
      signal.removeEventListener('abort', onStop);
      if (start.connection === undefined) socket.close();
    }
    this.#noteUsedUp(service, this.#problem);
  }

  async #read(response: Response, service: LiveService): Promise<void> {
    const { journal } = this.#options;
    const headers = Object.fromEntries(response.headers);
    journal.add({ kind: 'answer', at: Date.now(), status: response.status, headers });
    this.#begun?.learn(response.headers);
    const contentType = response.headers.get('content-type') ?? '';
    if (contentType.startsWith('text/event-stream') && response.body !== null) {
      await this.#hear(read(response.body));
      // Streams of other APIs end in ways of their own.
      if (this.#options.start.way !== 'http') this.#ending ??= { state: 'done' };
      return;
    }
    const body = await response.text();
    if (body === '' && this.#options.start.stopAfter !== undefined) return;
    const answer = jsonOrText(body);
    const isProblem = contentType.startsWith('application/problem+json') || response.status >= 400;
    const isBegun = !isProblem && (response.status === 202 || accepted.safeParse(answer).success);
    const begun = this.#begun;
    if (isBegun && begun !== undefined && (await begun.find(this.#abort.signal))) {
      const text = 'The caller has his answer; the run goes on, and its events are followed.';
      journal.add({ kind: 'note', at: Date.now(), text });
      return this.#hear(begun.events(this.#abort.signal));
    }
    this.#isAccepted = !isProblem && accepted.safeParse(answer).success;
    if (isProblem) this.#noteUsedUp(service, answer);
    this.#take(isProblem ? 'error' : 'answer', answer);
  }

  #noteUsedUp(service: LiveService, problem: unknown): void {
    if (!usedUp.safeParse(problem).success) return;
    service.isUsedUp = true;
    this.#options.journal.add({ kind: 'note', at: Date.now(), text: usedUpNote });
  }

  /** Takes in events as they come, without secrets of the environment. */
  async #hear(events: AsyncIterable<{ readonly event: string; readonly data: unknown }>): Promise<void> {
    const masked = this.mask.events();
    try {
      for await (const { event, data } of events)
        for (const told of masked.take(event, data)) this.#take(told.event, told.data);
    } finally {
      for (const { event, data } of masked.end()) this.#take(event, data);
    }
  }

  /** Waits for a run that goes on when its request is answered. */
  async #untilEnded({ link, server }: LiveService): Promise<void> {
    if (this.#hasRunEnded) return;
    const { id, journal } = this.#options;
    journal.add({ kind: 'note', at: Date.now(), text: 'The caller has his answer; the run goes on without him.' });
    const ended = new Promise<void>((resolve) => (this.#onRunEnded = resolve));
    this.#onStop = () => link.stop(id);
    if (this.#isStopped) link.stop(id);
    await Promise.race([ended, server.exited]);
  }

  #take(event: string, data: unknown): void {
    if (event === 'error') {
      this.#problem = data;
      const problem = problemSchema.safeParse(data);
      const { detail = 'The service answered with an error.', hint } = problem.data ?? {};
      this.#ending = { state: 'failed', note: detail, hint: hint ?? undefined };
    } else if (event === 'done' || event === 'answer') {
      this.#ending = { state: 'done' };
    }
    const failure = this.#options.start.way === 'http' ? undefined : failureIn(data);
    if (failure !== undefined) this.#ending = { state: 'failed', note: failure };
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
    if (this.#isAccepted && this.#failure !== undefined) return { state: 'failed', note: this.#failure };
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
        if (start.way === 'websocket' && observation.input !== undefined) journal.got(observation.input);
        break;
      case 'workflow_started': {
        const node = triggerOf(project.checked, observation.node);
        if (node !== undefined) this.#triggered(at, node, observation);
        break;
      }
      case 'run_ended':
        this.#hasRunEnded = true;
        this.#onRunEnded();
        break;
      default: {
        const update = updateOf(observation, pinned);
        journal.add(update);
        if (update.kind === 'failed') this.#failure = update.error.message;
        if (update.kind === 'node_ended' && update.node === start.stopAfter && update.outcome === 'done')
          this.#isPastLast = true;
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

/** What a caller says where the connection remembers: what was said before is not for him to tell. */
function saidOver(
  { conversation, inputSchema }: SocketConfig,
  input: Json,
): { readonly input: Json; readonly hasHistory: boolean } {
  const history = conversation && remembered(inputSchema)?.history;
  if (history === undefined || typeof input !== 'object' || input === null || Array.isArray(input))
    return { input, hasHistory: false };
  const { [history]: before, ...said } = input as { readonly [key: string]: Json };
  return { input: said, hasHistory: Array.isArray(before) && before.length > 0 };
}

async function* read(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ readonly event: string; readonly data: unknown }> {
  for await (const { event, data } of serverSentEvents(body)) yield { event, data: jsonOrText(data) };
}
