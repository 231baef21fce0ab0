import type { RunEvent } from '../../../core/events.ts';
import type { DurableRuns } from '../../../host/durableRuns.ts';
import { HostError } from '../../../host/errors.ts';
import type { Followed } from '../../protocol/index.ts';
import type { Mask } from '../runs/secrets.ts';

/** The events of a run as a page is told them: to its end, or to what stands in the way. */
export async function* followed(runs: DurableRuns, run: string, mask: Mask): AsyncGenerator<Followed> {
  const masked = mask.events();
  try {
    for await (const watched of runs.watch(run)) {
      if (watched.kind === 'away') yield { kind: 'away', message: mask.text(watched.why.message) };
      else if (watched.kind === 'back') yield watched;
      else for (const told of masked.take(watched.event.event, watched.event.data)) yield mask.json(shown(told));
    }
    for (const told of masked.end()) yield mask.json(shown(told));
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const { code, message, hint } = error;
    yield { kind: 'refused', refusal: mask.json({ code, message, hint }) };
  }
}

function shown(told: { readonly event: string; readonly data: unknown }): Followed {
  return { kind: 'event', event: told as RunEvent };
}
