import type { Json } from '../../../core/workflow/index.ts';
import type { Emit } from '../handlers.ts';
import type { RunSummary, RunUpdate } from '../../protocol/index.ts';
import { problemSchema, usageSchema } from '../../../core/events.ts';
import type { KeptSummary, KeptWire, RunStore } from '../store/runs.ts';
import type { Mask } from './secrets.ts';
import { Spent } from './spent.ts';

/** What is lost at most when the Studio is killed. */
const keepEveryMs = 700;

export interface JournalOptions {
  /** The absolute path of the workflow file, and what the page calls it. */
  readonly path: string;
  readonly file: string;
  readonly text: string;
  /** Those that the request had besides its own. */
  readonly headers: Readonly<Record<string, string>>;
  readonly summary: KeptSummary;
  readonly emit: Emit;
  readonly store: RunStore;
  readonly mask: Mask;
}

/** Everything that becomes known of a run: told to the pages at once, and kept in pieces of less than a second. */
export class RunJournal {
  readonly #options: JournalOptions;
  readonly #updates: string[] = [];
  readonly #placeOfCall = new Map<string, number>();
  readonly #wires = new Map<string, KeptWire>();
  readonly #spent = new Spent();
  #summary: KeptSummary;
  #requestedAt: number | undefined;
  #keeping: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#summary = options.summary;
  }

  get summary(): RunSummary {
    return { ...this.#summary, file: this.#options.file };
  }

  /** The request goes out now: times count from here. */
  requested(): void {
    this.#requestedAt = performance.now();
  }

  add(update: RunUpdate): void {
    const shown = this.#options.mask.json(update);
    this.#options.emit({ type: 'run', run: this.#summary.id, update: shown });
    this.#summarise(shown);
    this.#write(shown);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#keep();
    }, keepEveryMs);
  }

  /** What the run got, where that is more than what was sent: a connection may remember what was said before. */
  got(input: Json): void {
    this.#summary = { ...this.#summary, input: this.#options.mask.json(input) };
  }

  /** How the answer of a call came over the wire, once it has ended. */
  addWire(call: string, wire: KeptWire): void {
    this.#wires.set(call, wire);
  }

  /** Keeps all that is known by now; on disk when the promise is fulfilled. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#keep();
  }

  #write(update: RunUpdate): void {
    if (update.kind !== 'call') {
      this.#updates.push(JSON.stringify(update));
      return;
    }
    const { answer: _answer, ...call } = update.call;
    const text = JSON.stringify({ ...update, call });
    const place = this.#placeOfCall.get(call.id) ?? this.#updates.length;
    this.#placeOfCall.set(call.id, place);
    this.#updates[place] = text;
  }

  #summarise(update: RunUpdate): void {
    const before = this.#summary;
    this.#spent.add(update);
    if (update.kind === 'state') {
      const isOver = update.state !== 'preparing' && update.state !== 'running';
      this.#summary = { ...before, state: update.state, ...(isOver && this.#atEnd()) };
    } else if (update.kind === 'event') {
      this.#summary = { ...before, ...this.#learntFrom(update.event, update.data) };
    }
    if (update.kind === 'state') this.#options.emit({ type: 'run_summary', summary: this.summary });
  }

  #learntFrom(event: string, data: unknown): Partial<KeptSummary> {
    if (event === 'token' || event === 'partial' || event === 'function_call_delta')
      return this.#summary.firstTokenMs === undefined ? this.#sinceRequest('firstTokenMs') : {};
    if (event === 'error') {
      const problem = problemSchema.safeParse(data);
      return problem.success ? { problem: problem.data } : {};
    }
    if ((event !== 'done' && event !== 'answer') || typeof data !== 'object' || data === null) return {};
    const given = data as Readonly<Record<string, unknown>>;
    const usage = usageSchema.safeParse(given['usage']);
    return {
      ...('output' in given && { output: given['output'] as KeptSummary['output'] }),
      ...(usage.success && { usage: usage.data }),
    };
  }

  #atEnd(): Partial<KeptSummary> {
    const usage = this.#summary.usage ?? this.#spent.sum();
    return { ...this.#sinceRequest('elapsedMs'), ...(usage !== undefined && { usage }) };
  }

  #sinceRequest(name: 'elapsedMs' | 'firstTokenMs'): Partial<KeptSummary> {
    return this.#requestedAt === undefined ? {} : { [name]: Math.round(performance.now() - this.#requestedAt) };
  }

  async #keep(): Promise<void> {
    const { path, text, headers, store } = this.#options;
    const run = {
      file: path,
      summary: this.#summary,
      text,
      headers,
      updates: [...this.#updates],
      wires: new Map(this.#wires),
    };
    this.#keeping = this.#keeping
      .then(async () => store.keep(run))
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        this.#options.emit({ type: 'notice', text: `The run is not in the history: ${why}` });
      });
    await this.#keeping;
  }
}
