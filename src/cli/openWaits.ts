import type { RunEvent } from '../core/events.ts';
import { DurableRuns } from '../host/durableRuns.ts';
import { DurableService } from '../host/durableService.ts';
import type { Terminal } from './terminal.ts';

type Waiting = Extract<RunEvent, { event: 'waiting' }>['data'];

/** Says what a run waits for, and how to go on; the events themselves are passed on. */
export async function* tellingWaits(
  events: AsyncIterable<RunEvent>,
  service: { readonly url: string; readonly token: string; readonly signal: AbortSignal },
  terminal: Terminal,
): AsyncGenerator<RunEvent> {
  for await (const event of events) {
    yield event;
    if (event.event === 'waiting')
      for (const line of await linesOf(event.data, service)) terminal.note(terminal.err.dim(line));
  }
}

async function linesOf(
  { step, kind, until }: Waiting,
  { url, token, signal }: { readonly url: string; readonly token: string; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const waits = `${step} waits until ${until} at most`;
  if (kind === 'delay') return [`${waits}.`];
  if (kind === 'event')
    return [`${waits}; send the event with POST ${url}/events/NAME and Authorization: Bearer ${token}.`];
  const runs = new DurableRuns(new DurableService({ url: new URL(url), token, signal }));
  const [run] = await runs.list({ status: 'running', limit: 1 });
  const open = run === undefined ? [] : await runs.approvals(run.id);
  const asked = open.find((each) => each.step === step);
  if (asked === undefined) return [`${waits}.`];
  return [asked.message, `${waits}; decide at ${asked.link ?? `${url}/runs/${run?.id ?? 'ID'}/approvals/${step}`}`];
}
