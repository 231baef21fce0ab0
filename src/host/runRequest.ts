import type * as z from 'zod';

import { runAnswerSchema, runEventSchema, type RunEvent } from '../core/events.ts';
import { endpointOf, requestInWay, type AskedWay, type CheckedWorkflow, type Json } from '../core/workflow/index.ts';
import { bodyOf } from '../core/workflow/nodes/requestBody.ts';
import type { Visitor } from './door/visitor.ts';
import { jsonOrText } from './jsonText.ts';
import { addQuery, sentBody } from './requestBody.ts';
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
  visitor?: Visitor,
): AsyncGenerator<RunEvent> {
  const started = performance.now();
  try {
    const response = await sendRequest(serviceUrl, trigger, { input, signal, visitor });
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
      return yield* eventsOfAnswer(
        response.headers.get('location') ?? (await response.text()),
        performance.now() - started,
      );
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
  /** How the workflow is asked; at its own path if left out. */
  readonly way?: AskedWay;
  /** Who sends it, where the service does not take it from anyone. */
  readonly visitor?: Visitor | undefined;
}

/** Sends a request to the endpoint of a running service; gives the answer as soon as its head has arrived. */
export async function sendRequest(
  serviceUrl: string,
  trigger: CheckedWorkflow['trigger'],
  { input, signal, isStreamed = true, headers = {}, visitor, way = 'http' }: ServiceRequest,
): Promise<Response> {
  const endpoint = endpointOf(trigger);
  const served = requestInWay(way, endpoint, input as Readonly<Record<string, Json>>, isStreamed);
  const { method, path, stream } = served === undefined ? endpoint : { ...endpoint, ...served, method: 'POST' };
  const url = new URL(path, serviceUrl);
  const sent = served === undefined ? sentBody(bodyOf(endpoint), input) : sentBody('json', served.body);
  if (sent === undefined) addQuery(url, input);
  const streams = stream === 'auto' ? isStreamed : stream === 'always';
  const { body, contentType } = sent ?? {};
  const told = new Headers({
    ...visitor?.headers(typeof body === 'string' ? body : ''),
    accept: streams ? 'text/event-stream' : 'application/json, */*;q=0.1',
    ...served?.headers,
  });
  if (contentType !== undefined) told.set('content-type', contentType);
  for (const [name, value] of Object.entries(headers)) told.set(name, value);
  return fetch(url, { method, headers: told, signal, redirect: 'manual', ...(body !== undefined && { body }) });
}

function* eventsOfAnswer(body: string, elapsedMs: number): Generator<RunEvent> {
  const answer = answerOf(body, elapsedMs);
  const text = typeof answer.output === 'string' ? answer.output : '';
  if (text !== '') yield { event: 'token', data: { text, node: '' } };
  yield { event: 'done', data: { text, token_count: text === '' ? 0 : 1, finish_reason: null, ...answer } };
}

type Answer = z.output<typeof runAnswerSchema>;

/** An answer that is no envelope is the output itself; what its run has used is not told. */
function answerOf(body: string, elapsedMs: number): Answer {
  const output = jsonOrText(body);
  const meta = { execution_id: '', elapsed_ms: elapsedMs, node_timings: {} };
  return runAnswerSchema.safeParse(output).data ?? { output, usage: noUsage, meta };
}

const noUsage = {
  prompt_tokens: 0,
  completion_tokens: 0,
  total_tokens: 0,
  cached_tokens: 0,
  reasoning_tokens: 0,
  cost_usd: 0,
};
