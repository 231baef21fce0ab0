import { followedSchema, refusalSchema, type DurablePlace, type Followed } from '../../../protocol/index.ts';
import { post } from '../../api/client.ts';
import { readEvents } from '../../api/events.ts';

const [firstWaitMs, longestWaitMs] = [250, 5_000];

interface Following {
  /** What is told from now on begins with the first event again. */
  readonly onBegin: () => void;
  readonly onTold: (told: Followed) => void;
  /** The Studio itself does not answer; it is asked again. */
  readonly onLost: () => void;
}

/** Hears the events of a run to its end, over as many connections to the Studio as it takes. */
export async function follow(place: DurablePlace, told: Following, signal: AbortSignal): Promise<void> {
  let wait = firstWaitMs;
  const heard = { end: false };
  while (!heard.end && !signal.aborted) {
    try {
      const response = await post('/api/followDurable', place, { signal });
      if (!response.ok || response.body === null) {
        const refusal = refusalSchema.safeParse(await response.json().catch(() => undefined));
        const unknown = { code: 'http', message: `The Studio answered with status ${response.status}.` };
        return told.onTold({ kind: 'refused', refusal: refusal.data ?? unknown });
      }
      wait = firstWaitMs;
      told.onBegin();
      await readEvents(response.body, (data) => {
        const next = followedSchema.parse(data);
        heard.end ||= isLast(next);
        told.onTold(next);
      });
    } catch (error) {
      // fetch throws a TypeError when a connection fails or breaks.
      if (!signal.aborted && !(error instanceof TypeError)) throw error;
    }
    if (heard.end || signal.aborted) return;
    told.onLost();
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, longestWaitMs);
  }
}

function isLast(told: Followed): boolean {
  if (told.kind !== 'event') return told.kind === 'refused';
  return told.event.event === 'done' || told.event.event === 'error';
}
