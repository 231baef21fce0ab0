import * as z from 'zod';

import type { RunEvent } from '../core/events.ts';
import { jsonOf } from '../host/jsonText.ts';

/** The line that a service logs when a run has ended. */
const ended = z.looseObject({
  event: z.literal('run'),
  /** `ok`, or the code of its problem. */
  outcome: z.string(),
  detail: z.string().optional(),
  hint: z.string().optional(),
});

export type BackgroundEnd = z.output<typeof ended>;

/** A run that goes on when its request has been answered: its service tells of the end in its log alone. */
export class BackgroundRun {
  #end: (end: BackgroundEnd) => void = () => undefined;
  readonly #ended = new Promise<BackgroundEnd>((resolve) => (this.#end = resolve));
  #isAccepted = false;

  /** Takes a line of the service's log. */
  read(line: string): void {
    if (!line.startsWith('{')) return;
    const read = ended.safeParse(jsonOf(line));
    if (read.success) this.#end(read.data);
  }

  /** Passes on the events of a request, and sees whether its answer is no more than that a run has begun. */
  async *answeredBy(events: AsyncIterable<RunEvent>): AsyncGenerator<RunEvent> {
    for await (const event of events) {
      if (event.event === 'done') this.#isAccepted = isAcceptance(event.data.output);
      yield event;
    }
  }

  /** How the run has ended, once it has; undefined where the answer was the end of it. */
  async ended(signal: AbortSignal): Promise<BackgroundEnd | undefined> {
    if (!this.#isAccepted) return undefined;
    const stopped = new Promise<undefined>((resolve) =>
      signal.addEventListener('abort', () => resolve(undefined), { once: true }),
    );
    return Promise.race([this.#ended, stopped]);
  }
}

function isAcceptance(output: unknown): boolean {
  return typeof output === 'object' && output !== null && 'status' in output && output.status === 'accepted';
}
