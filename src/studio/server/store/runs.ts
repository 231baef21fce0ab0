import * as z from 'zod';

import { isAlive } from '../../../host/fileLock.ts';
import { runSummarySchema, type ModelCall, type RunState, type RunUpdate } from '../../protocol/index.ts';
import type { Collection, Database, Entry, Place } from './collection.ts';

/** A run's summary without its file, which the entry has. */
const summarySchema = runSummarySchema.omit({ file: true });
export type KeptSummary = z.output<typeof summarySchema>;

const headSchema = z.object({
  summary: summarySchema,
  /** The process that the run belongs to. */
  pid: z.int(),
  isTested: z.boolean().default(false),
});
type Head = z.output<typeof headSchema>;

const pieceSchema = z.union([
  z.object({ atMs: z.number(), text: z.string() }),
  z.object({ atMs: z.number(), base64: z.string() }),
]);
const wireSchema = z.object({
  status: z.int().optional(),
  headers: z.record(z.string(), z.string()),
  pieces: z.array(pieceSchema),
  isComplete: z.boolean(),
});
const bodySchema = z.object({
  text: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  updates: z.array(z.custom<RunUpdate>()),
  wires: z.record(z.string(), wireSchema),
});

/** An answer as it came over the wire. */
export interface KeptWire {
  /** Absent where no answer came at all. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly pieces: readonly { readonly atMs: number; readonly bytes: Uint8Array }[];
  /** Whether it came to its end. */
  readonly isComplete: boolean;
}

/** A run that goes on or has ended, to be kept. */
export interface RunToKeep {
  readonly file: string;
  readonly summary: KeptSummary;
  /** The workflow file's text. */
  readonly text: string;
  /** Those that the request had besides its own. */
  readonly headers: Readonly<Record<string, string>>;
  /** Each as JSON; calls without their answers. */
  readonly updates: readonly string[];
  readonly wires: ReadonlyMap<string, KeptWire>;
}

/** A run as it was kept. */
export interface KeptRun {
  readonly file: string;
  readonly summary: KeptSummary;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly updates: readonly RunUpdate[];
  /** By the id of their call. */
  readonly wires: ReadonlyMap<string, KeptWire>;
}

export interface RunFilter extends Place {
  readonly before?: number | undefined;
  readonly limit: number;
  readonly state?: RunState | undefined;
  readonly search?: string | undefined;
}

const mostBytesOfAll = 200_000_000;
const mostShownCharacters = 200_000;
const isOver: ReadonlySet<RunState> = new Set(['done', 'failed', 'cancelled']);

/** All runs, the oldest of which go when they take too much room; those that pins or tests are from stay. */
export class RunStore {
  readonly #passing: Collection<Head>;
  readonly #lasting: Collection<Head>;
  readonly #mostBytes: number;
  readonly #pid: number;

  constructor(database: Database, { mostBytes = mostBytesOfAll, pid = process.pid } = {}) {
    this.#passing = database.collection('runs', headSchema);
    this.#lasting = database.collection('lasting_runs', headSchema);
    this.#mostBytes = mostBytes;
    this.#pid = pid;
  }

  /** Marks runs whose Studio ended before they did. */
  async markBrokenOff(): Promise<void> {
    for (const { id, head } of this.#passing.list({})) {
      if (isOver.has(head.summary.state) || (head.pid !== this.#pid && isAlive(head.pid))) continue;
      const run = await this.open(id);
      if (run === undefined) continue;
      const at = run.updates.at(-1)?.at ?? run.summary.startedAt;
      const state = { kind: 'state', at, state: 'failed', note: 'The Studio ended while this ran.' } as const;
      await this.keep({
        ...run,
        summary: { ...run.summary, state: 'failed' },
        updates: [...run.updates, state].map((update) => JSON.stringify(update)),
      });
    }
  }

  async keep({ file, summary, text, headers, updates, wires }: RunToKeep): Promise<void> {
    const kept = JSON.stringify(Object.fromEntries([...wires].map(([id, wire]) => [id, printedWire(wire)])));
    const body = `{"text":${JSON.stringify(text)},"headers":${JSON.stringify(headers)},"updates":[${updates.join(',')}],"wires":${kept}}`;
    const head = { summary, pid: this.#pid, isTested: false };
    await this.#passing.put({ id: summary.id, file, at: summary.startedAt, head, body });
    if (isOver.has(summary.state)) this.#passing.trim({}, { mostBytes: this.#mostBytes });
  }

  list({ limit, state, search, ...page }: RunFilter): readonly Entry<Head>[] {
    const isWanted = ({ head: { summary } }: Entry<Head>): boolean =>
      (state === undefined || summary.state === state) && (search === undefined || speaksOf(summary, search));
    const filtered = state !== undefined || search !== undefined;
    const wanted = filtered ? page : { ...page, limit };
    const all = [...this.#passing.list(wanted), ...this.#lasting.list(wanted)].toSorted((a, b) => b.at - a.at);
    return all.filter(isWanted).slice(0, limit);
  }

  size(place: Place): number {
    return this.#passing.size(place) + this.#lasting.size(place);
  }

  async open(id: string): Promise<KeptRun | undefined> {
    const collection = this.#passing.get(id) === undefined ? this.#lasting : this.#passing;
    const entry = collection.get(id);
    const body = await collection.body(id);
    if (entry === undefined || body === undefined) return undefined;
    const { text, headers, updates, wires: printed } = bodySchema.parse(JSON.parse(body));
    const wires = new Map(Object.entries(printed).map(([call, wire]) => [call, readWire(wire)]));
    return {
      file: entry.file,
      summary: entry.head.summary,
      text,
      headers,
      updates: updates.map((update) =>
        update.kind === 'call' ? { ...update, call: withAnswer(update.call, wires.get(update.call.id)) } : update,
      ),
      wires,
    };
  }

  /** Forgets these, or all that lie there. */
  forget(which: Place & { readonly ids?: readonly string[] | undefined }): void {
    this.#passing.remove(which);
    this.#lasting.remove(which);
  }

  /** Keeps a run however old it becomes. */
  async makeLasting(id: string, why: 'pinned' | 'tested'): Promise<void> {
    const entry = this.#passing.get(id) ?? this.#lasting.get(id);
    if (entry === undefined) return;
    const isTested = why === 'tested' || entry.head.isTested;
    await this.#move(entry, { ...entry.head, isTested }, this.#lasting);
  }

  /** Lets a run go when its time comes, unless a test was made of it. */
  async letPass(id: string): Promise<void> {
    const entry = this.#lasting.get(id);
    if (entry !== undefined && !entry.head.isTested) await this.#move(entry, entry.head, this.#passing);
  }

  async #move(entry: Entry<Head>, head: Head, to: Collection<Head>): Promise<void> {
    const from = this.#passing.get(entry.id) === undefined ? this.#lasting : this.#passing;
    const body = await from.body(entry.id);
    if (body === undefined) return;
    await to.put({ ...entry, head, body });
    if (from !== to) from.remove({ ids: [entry.id] });
  }
}

function speaksOf({ input, output, problem, workflow }: KeptSummary, search: string): boolean {
  const wanted = search.toLowerCase();
  return JSON.stringify([workflow, input, output ?? null, problem ?? null])
    .toLowerCase()
    .includes(wanted);
}

function withAnswer(call: ModelCall, wire: KeptWire | undefined): ModelCall {
  if (wire === undefined || wire.status === undefined) return call;
  const text = Buffer.concat(wire.pieces.map(({ bytes }) => bytes)).toString('utf8');
  return { ...call, answer: text.slice(0, mostShownCharacters) };
}

function printedWire({ pieces, ...wire }: KeptWire): z.input<typeof wireSchema> {
  return {
    ...wire,
    pieces: pieces.map(({ atMs, bytes }) => {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const text = buffer.toString('utf8');
      return Buffer.from(text).equals(buffer) ? { atMs, text } : { atMs, base64: buffer.toString('base64') };
    }),
  };
}

function readWire({ pieces, status, ...wire }: z.output<typeof wireSchema>): KeptWire {
  return {
    ...wire,
    status,
    pieces: pieces.map((piece) => ({
      atMs: piece.atMs,
      bytes: 'text' in piece ? Buffer.from(piece.text) : Buffer.from(piece.base64, 'base64'),
    })),
  };
}
