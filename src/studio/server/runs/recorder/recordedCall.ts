import type { ModelCall } from '../../../protocol/index.ts';
import type { KeptWire } from '../../store/runs.ts';
import type { Mask } from '../secrets.ts';
import { maskedWire } from './maskedWire.ts';

/** Answers beyond this are passed on and no longer kept. */
const mostKeptBytes = 20_000_000;
const mostShownCharacters = 200_000;

/** What is kept of an answer's headers: what the API needs to be replayed. */
const keptHeaders: ReadonlySet<string> = new Set([
  'content-type',
  'retry-after',
  'retry-after-ms',
  'x-request-id',
  'request-id',
  'location',
]);

/** A call of a model while it goes on, and once it has ended. */
export class RecordedCall {
  readonly id: string;
  readonly node: string;
  readonly items: ModelCall['items'];
  readonly path: string;
  readonly request: ModelCall['request'];
  readonly answeredBy: ModelCall['answeredBy'];
  readonly provider: string;
  readonly startedAt = Date.now();
  readonly #started = performance.now();
  readonly #mask: Mask;
  #status: number | undefined;
  #headers: Record<string, string> = {};
  #pieces: KeptWire['pieces'][number][] = [];
  #size = 0;
  #firstByteMs: number | undefined;
  #elapsedMs: number | undefined;
  #isCancelled = false;
  #isComplete = false;
  #wire: KeptWire | undefined;

  constructor(
    call: Pick<ModelCall, 'id' | 'node' | 'items' | 'path' | 'request' | 'answeredBy'> & { readonly provider: string },
    mask: Mask,
  ) {
    this.id = call.id;
    this.node = call.node;
    this.items = call.items;
    this.path = call.path;
    this.request = mask.json(call.request);
    this.answeredBy = call.answeredBy;
    this.provider = call.provider;
    this.#mask = mask;
  }

  get hasEnded(): boolean {
    return this.#elapsedMs !== undefined;
  }

  answering(status: number, headers: Readonly<Record<string, string | readonly string[] | undefined>>): void {
    this.#status = status;
    for (const [name, value] of Object.entries(headers)) {
      if (keptHeaders.has(name) && typeof value === 'string') this.#headers[name] = this.#mask.text(value);
    }
  }

  /** Whether it was the first piece. */
  take(bytes: Uint8Array): boolean {
    const atMs = this.#now();
    const isFirst = this.#firstByteMs === undefined;
    this.#firstByteMs ??= atMs;
    this.#size += bytes.length;
    if (this.#size <= mostKeptBytes) this.#pieces.push({ atMs, bytes });
    return isFirst;
  }

  end(how: 'complete' | 'broken' | 'cancelled'): void {
    this.#elapsedMs ??= this.#now();
    this.#isCancelled = how === 'cancelled';
    this.#isComplete = how === 'complete';
  }

  /** Once it has ended. */
  get wire(): KeptWire {
    const wire = {
      status: this.#status,
      headers: this.#headers,
      pieces: this.#pieces,
      isComplete: this.#isComplete && this.#size <= mostKeptBytes,
    };
    return (this.#wire ??= maskedWire(wire, { path: this.path, body: this.request }, this.#mask));
  }

  /** As the page sees it. */
  get shown(): ModelCall {
    const pieces = this.hasEnded ? this.wire.pieces : [];
    const answer = Buffer.concat(pieces.map(({ bytes }) => bytes)).toString('utf8');
    return {
      id: this.id,
      node: this.node,
      ...(this.items !== undefined && { items: this.items }),
      startedAt: this.startedAt,
      path: this.path,
      request: this.request,
      answeredBy: this.answeredBy,
      provider: this.provider,
      isCancelled: this.#isCancelled,
      ...(this.#firstByteMs !== undefined && { firstByteMs: this.#firstByteMs }),
      ...(this.#elapsedMs !== undefined && { elapsedMs: this.#elapsedMs }),
      ...(this.#status !== undefined && { status: this.#status }),
      ...(this.hasEnded && { answer: answer.slice(0, mostShownCharacters) }),
    };
  }

  #now(): number {
    return Math.round((performance.now() - this.#started) * 10) / 10;
  }
}
