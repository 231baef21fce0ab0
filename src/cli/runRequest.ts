import type { CheckedWorkflow } from '../core/workflow/index.ts';
import { serverSentEvents, type ServerSentEvent } from '../host/serverSentEvents.ts';

/**
 * Calls the endpoint of a running service and gives the events of the run. An answer in one piece, or an error before the
 * first byte, becomes the events that a stream would have had.
 */
export async function* requestRun(
  serviceUrl: string,
  { config }: CheckedWorkflow['trigger'],
  input: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  const url = new URL(config.path, serviceUrl);
  const hasBody = config.method !== 'GET' && config.method !== 'DELETE';
  if (!hasBody) {
    for (const [key, value] of Object.entries(input)) url.searchParams.set(key, queryText(value));
  }
  const response = await fetch(url, {
    method: config.method,
    headers: {
      accept: config.stream === 'never' ? 'application/json' : 'text/event-stream',
      ...(hasBody && { 'content-type': 'application/json' }),
    },
    ...(hasBody && { body: JSON.stringify(input) }),
    signal,
  });
  const contentType = response.headers.get('content-type') ?? '';
  if (contentType.startsWith('text/event-stream') && response.body !== null) yield* serverSentEvents(response.body);
  else if (contentType.startsWith('application/problem+json')) yield { event: 'error', data: await response.text() };
  else yield* eventsOfWhole(await response.text());
}

function queryText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function* eventsOfWhole(body: string): Generator<ServerSentEvent> {
  const answer = JSON.parse(body) as { output?: unknown; usage?: unknown };
  if (typeof answer.output === 'string') yield { event: 'token', data: JSON.stringify({ text: answer.output }) };
  yield { event: 'done', data: body };
}
