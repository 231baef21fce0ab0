import { runAnswerSchema, runEventSchema, type RunEvent } from '../core/events.ts';
import { endpointOf, type CheckedWorkflow } from '../core/workflow/index.ts';
import { serverSentEvents } from './serverSentEvents.ts';

/**
 * Calls the endpoint of a running service and gives the events of the run, the last of which is `done` or `error`. An answer in
 * one piece, or an error before the first byte, becomes the events that a stream would have had.
 */
export async function* requestRun(
  serviceUrl: string,
  trigger: CheckedWorkflow['trigger'],
  input: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  try {
    const response = await sendRequest(serviceUrl, trigger, { input, signal });
    const contentType = response.headers.get('content-type') ?? '';
    if (contentType.startsWith('text/event-stream') && response.body !== null) {
      for await (const { event, data } of serverSentEvents(response.body)) {
        const runEvent = runEventSchema.parse({ event, data: JSON.parse(data) });
        yield runEvent;
        if (runEvent.event === 'done' || runEvent.event === 'error') return;
      }
    } else if (contentType.startsWith('application/problem+json')) {
      return yield runEventSchema.parse({ event: 'error', data: await response.json() });
    } else {
      return yield* eventsOfAnswer(await response.json());
    }
  } catch (error) {
    // fetch throws a TypeError when a connection fails or breaks.
    if (signal.aborted || !(error instanceof TypeError)) throw error;
  }
  yield interrupted;
}

const interrupted: RunEvent = {
  event: 'error',
  data: {
    type: 'about:blank',
    title: 'Stream interrupted',
    status: 502,
    detail: 'The generated service went away before the run had ended.',
    code: 'stream_interrupted',
    retryable: true,
    hint: '`catalyst dev` shows what the service writes when it ends.',
  },
};

export interface ServiceRequest {
  /** The body, or the query of an endpoint that takes none. */
  readonly input: unknown;
  readonly signal: AbortSignal;
  /** Whether to ask for a stream where the endpoint gives the choice; if left out, yes. */
  readonly isStreamed?: boolean;
  /** In the place of those that it would have else, or beside them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request to the endpoint of a running service; gives the answer as soon as its head has arrived. */
export async function sendRequest(
  serviceUrl: string,
  trigger: CheckedWorkflow['trigger'],
  { input, signal, isStreamed = true, headers = {} }: ServiceRequest,
): Promise<Response> {
  const { method, path, stream } = endpointOf(trigger);
  const url = new URL(path, serviceUrl);
  const hasBody = method !== 'GET' && method !== 'DELETE';
  if (!hasBody && typeof input === 'object' && input !== null) {
    for (const [key, value] of Object.entries(input)) url.searchParams.set(key, queryText(value));
  }
  const streams = stream === 'auto' ? isStreamed : stream === 'always';
  const sent = new Headers({ accept: streams ? 'text/event-stream' : 'application/json' });
  if (hasBody) sent.set('content-type', 'application/json');
  for (const [name, value] of Object.entries(headers)) sent.set(name, value);
  return fetch(url, {
    method,
    headers: sent,
    ...(hasBody && { body: JSON.stringify(input) }),
    signal,
  });
}

function queryText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function* eventsOfAnswer(body: unknown): Generator<RunEvent> {
  const answer = runAnswerSchema.parse(body);
  const text = typeof answer.output === 'string' ? answer.output : '';
  if (text !== '') yield { event: 'token', data: { text, node: '' } };
  yield { event: 'done', data: { text, token_count: text === '' ? 0 : 1, finish_reason: null, ...answer } };
}
