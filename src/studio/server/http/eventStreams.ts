import type { ServerEvent } from '../../protocol/index.ts';

const mostStreams = 32;
/** A page that has not read so much is gone, or sleeps; it asks again when it is back. */
const mostUnreadBytes = 16_000_000;
const beatMs = 15_000;
const encoder = new TextEncoder();

/** The streams of server-sent events to all open pages. */
export class EventStreams {
  readonly #launch: string;
  readonly #open = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #standing: ServerEvent[] = [];
  #heart: NodeJS.Timeout | undefined;

  /** @param launch tells a page whether it still speaks with the server that it began with */
  constructor(launch: string) {
    this.#launch = launch;
  }

  emit(event: ServerEvent): void {
    // What a person should know stays true for pages that are opened later.
    if (event.type === 'notice') this.#standing.push(event);
    const bytes = encode(event);
    for (const stream of this.#open) this.#send(stream, bytes);
  }

  /** A stream for one more page; undefined when there are too many. */
  open(): ReadableStream<Uint8Array> | undefined {
    if (this.#open.size >= mostStreams) return undefined;
    this.#heart ??= setInterval(() => this.#beat(), beatMs).unref();
    let opened: ReadableStreamDefaultController<Uint8Array> | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (stream) => {
          opened = stream;
          this.#open.add(stream);
          for (const event of [{ type: 'hello', launch: this.#launch } as const, ...this.#standing])
            stream.enqueue(encode(event));
        },
        cancel: () => {
          if (opened !== undefined) this.#open.delete(opened);
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: mostUnreadBytes }),
    );
  }

  close(): void {
    clearInterval(this.#heart);
    for (const stream of this.#open) stream.close();
    this.#open.clear();
  }

  /** Keeps what lies between from closing a stream that has been silent. */
  #beat(): void {
    const bytes = encoder.encode(':\n\n');
    for (const stream of this.#open) this.#send(stream, bytes);
  }

  #send(stream: ReadableStreamDefaultController<Uint8Array>, bytes: Uint8Array): void {
    if ((stream.desiredSize ?? 0) > 0) return stream.enqueue(bytes);
    this.#open.delete(stream);
    stream.error(new Error('The page does not read its events.'));
  }
}

function encode(event: ServerEvent): Uint8Array {
  return encoder.encode(`data: ${JSON.stringify(event)}\n\n`);
}
