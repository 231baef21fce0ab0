import { createParser } from 'eventsource-parser';

import { serverEventSchema, type ServerEvent } from '../../protocol/index.ts';
import { post } from './client.ts';

const [firstWaitMs, longestWaitMs] = [250, 5_000];

export interface EventListener {
  /** What the server says by itself, in order. */
  readonly onEvent: (event: ServerEvent) => void;
  /** Whether there is a connection now; what was missed without one is to be asked for. */
  readonly onConnected: (isConnected: boolean) => void;
  /** The server does not know this page: it was started anew, and will not listen to it again. */
  readonly onUnknown: () => void;
}

/** Listens to the server's events until the signal aborts; connects again whenever the connection breaks. */
export async function listen({ onEvent, onConnected, onUnknown }: EventListener, signal: AbortSignal): Promise<void> {
  let wait = firstWaitMs;
  while (!signal.aborted) {
    try {
      const response = await post('/api/events', {}, { signal });
      if (response.status === 401) return onUnknown();
      if (response.ok && response.body !== null) {
        wait = firstWaitMs;
        onConnected(true);
        await readEvents(response.body, (data) => {
          const event = serverEventSchema.safeParse(data);
          if (event.success) onEvent(event.data);
          // One event that this page does not know is no reason to miss the others.
          else reportError(event.error);
        });
      }
    } catch {
      // A connection that breaks, or cannot be had, is tried again.
    }
    if (signal.aborted) return;
    onConnected(false);
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, longestWaitMs);
  }
}

/** Hears the JSON of each event of a stream, to its end. */
export async function readEvents(body: ReadableStream<Uint8Array>, onData: (data: unknown) => void): Promise<void> {
  const parser = createParser({ onEvent: ({ data }) => onData(JSON.parse(data)) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read())
    parser.feed(decoder.decode(part.value, { stream: true }));
}
