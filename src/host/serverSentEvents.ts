import type { ReadableWritablePair } from 'node:stream/web';

import { EventSourceParserStream } from 'eventsource-parser/stream';

export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
  /** What a client that comes back says it has had last. */
  readonly id?: string | undefined;
}

/** The events of a `text/event-stream` body as they arrive. Ending the iteration early closes the connection. */
export async function* serverSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const messages = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream());
  for await (const { event = 'message', data, id } of messages) yield { event, data, id };
}
