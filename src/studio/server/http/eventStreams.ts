import { randomBytes } from 'node:crypto';

import type { ServerEvent } from '../../protocol/index.ts';

const mostStreams = 32;
/** A page that has not read so much is gone, or sleeps; it asks again when it is back. */
const mostUnreadBytes = 16_000_000;
const beatMs = 15_000;
const encoder = new TextEncoder();
/** A comment: keeps what lies between from closing a stream that has been silent. */
const beat = encoder.encode(':\n\n');

/** The streams of server-sent events to all open pages. */
export class EventStreams {
  readonly #launch: string;
  /** By what each page is called. */
  readonly #open = new Map<string, ReadableStreamDefaultController<Uint8Array>>();
  readonly #standing: ServerEvent[] = [];
  #heart: NodeJS.Timeout | undefined;

  /** @param launch tells a page whether it still speaks with the server that it began with */
  constructor(launch: string) {
    this.#launch = launch;
  }

  emit(event: ServerEvent): void {
    // What a person should know stays true for pages that are opened later.
    if (event.type === 'notice') this.#standing.push(event);
    this.#send(encode(event));
  }

  /** Tells all pages but one, which knows already; nobody where it is not known which one that is. */
  emitToOthers(page: string | undefined, event: ServerEvent): void {
    if (page !== undefined && this.#open.has(page)) this.#send(encode(event), page);
  }

  /** A stream for one more page; undefined when there are too many. */
  open(): ReadableStream<Uint8Array> | undefined {
    if (this.#open.size >= mostStreams) return undefined;
    this.#heart ??= setInterval(() => this.#send(beat), beatMs).unref();
    const page = randomBytes(9).toString('base64url');
    return new ReadableStream<Uint8Array>(
      {
        start: (stream) => {
          this.#open.set(page, stream);
          for (const event of [{ type: 'hello', launch: this.#launch, page } as const, ...this.#standing])
            stream.enqueue(encode(event));
        },
        cancel: () => {
          this.#open.delete(page);
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: mostUnreadBytes }),
    );
  }

  close(): void {
    clearInterval(this.#heart);
    for (const stream of this.#open.values()) stream.close();
    this.#open.clear();
  }

  #send(bytes: Uint8Array, except?: string): void {
    for (const [page, stream] of this.#open) {
      if (page === except) continue;
      if ((stream.desiredSize ?? 0) > 0) {
        stream.enqueue(bytes);
        continue;
      }
      this.#open.delete(page);
      stream.error(new Error('The page does not read its events.'));
    }
  }
}

function encode(event: ServerEvent): Uint8Array {
  return encoder.encode(`data: ${JSON.stringify(event)}\n\n`);
}
