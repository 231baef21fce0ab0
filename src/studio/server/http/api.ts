import type { Context } from 'hono';
import * as z from 'zod';

import { HostError, UsageError } from '../../../host/errors.ts';
import { refusedHeader, routes, type RouteAnswer, type RouteName } from '../../protocol/index.ts';
import { RefusedRequest, type Handlers } from '../handlers.ts';
import { limitBody, mostBytes, mostTextBytes } from './bodies.ts';

/** Bodies with the text of a file in them; every other is small. */
const withText: ReadonlySet<RouteName> = new Set([
  'askedTrust',
  'createFile',
  'exportFolder',
  'prepare',
  'saveFile',
  'startRun',
  'startTests',
  'trust',
]);
/**
 * What a page asks a person about and goes on with, and what it asks again and again: browsers would tell of such a status as of
 * an error.
 */
const awaitedRefusals: ReadonlySet<string> = new Set([
  'not_durable',
  'service_failed',
  'service_refused',
  'service_unreachable',
  'trust_needed',
]);
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export interface ApiOptions {
  /** Told of what went wrong in the Studio itself. */
  readonly onFault: (error: unknown) => void;
  /** Answers are compared with their schemas too; for tests. */
  readonly checksAnswers: boolean;
}

/** Gives the handler of a route, which may have to be loaded first. */
export type HandlersOf = <Name extends RouteName>(name: Name) => Promise<Pick<Handlers, Name>>;

/** Answers a request of any route; 404 for what is none. */
export async function answerRequest(context: Context, handlersOf: HandlersOf, options: ApiOptions): Promise<Response> {
  const name = context.req.param('name') ?? '';
  if (!isRoute(name)) return context.notFound();
  const limit = limitBody(withText.has(name) ? mostTextBytes : mostBytes);
  let answer: Response | undefined;
  const refused = await limit(context, async () => {
    answer = await answerRoute(context, name, handlersOf, options);
  });
  return refused ?? answer ?? context.notFound();
}

/** Answers with what comes, one event each, until it ends or nobody listens any more; the body says what of. */
export async function answerStream<Body>(
  context: Context,
  schema: z.ZodType<Body>,
  follow: (body: Body, signal: AbortSignal) => Promise<AsyncGenerator>,
  { onFault }: Pick<ApiOptions, 'onFault'>,
): Promise<Response> {
  const gone = new AbortController();
  try {
    const parsed = schema.safeParse(parseJson(await context.req.text()));
    if (!parsed.success)
      throw new RefusedRequest(400, { code: 'invalid_body', message: z.prettifyError(parsed.error) });
    const events = await follow(parsed.data, gone.signal);
    return context.body(eventStream(events, gone, onFault), 200, { 'Content-Type': 'text/event-stream' });
  } catch (error) {
    const { status, refusal } = refusalOf(error, onFault);
    return context.json(refusal, status);
  }
}

/** Takes the next event when the last one has been read: who reads slowly is not written to faster. */
function eventStream(
  events: AsyncGenerator,
  gone: AbortController,
  onFault: ApiOptions['onFault'],
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(stream) {
      try {
        const { done, value } = await events.next();
        if (done) stream.close();
        else stream.enqueue(encoder.encode(`data: ${JSON.stringify(value)}\n\n`));
      } catch (error) {
        if (!gone.signal.aborted) onFault(error);
        stream.error(error);
      }
    },
    cancel: () => gone.abort(),
  });
}

function isRoute(name: string): name is RouteName {
  return Object.hasOwn(routes, name);
}

async function answerRoute(
  context: Context,
  name: RouteName,
  handlersOf: HandlersOf,
  { onFault, checksAnswers }: ApiOptions,
): Promise<Response> {
  try {
    const answer = await answerOf(name, await context.req.text(), handlersOf);
    if (checksAnswers) routes[name].answer.parse(answer);
    return context.json(answer);
  } catch (error) {
    const { status, refusal } = refusalOf(error, onFault);
    if (!awaitedRefusals.has(refusal.code)) return context.json(refusal, status);
    context.header(refusedHeader, String(status));
    return context.json(refusal);
  }
}

/** What the handler gives for a body that is as the route's schema wants it. */
async function answerOf<Name extends RouteName>(
  name: Name,
  text: string,
  handlersOf: HandlersOf,
): Promise<RouteAnswer<Name>> {
  const body = parseBody(name, text);
  return (await handlersOf(name))[name](body);
}

function parseBody<Name extends RouteName>(name: Name, text: string): z.output<(typeof routes)[Name]['body']> {
  const parsed = routes[name].body.safeParse(parseJson(text));
  if (!parsed.success)
    throw new RefusedRequest(400, { code: 'invalid_body', message: `${name}: ${z.prettifyError(parsed.error)}` });
  return parsed.data as z.output<(typeof routes)[Name]['body']>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (forbiddenKeys.has(key)) throw new SyntaxError(`${key} cannot be a key.`);
      return value;
    });
  } catch (error) {
    // Nested so deeply that reading it needs more stack than there is, it is a RangeError.
    const message = error instanceof SyntaxError ? error.message : 'It is nested too deeply.';
    throw new RefusedRequest(400, { code: 'invalid_json', message: `The body is not JSON: ${message}` });
  }
}

function refusalOf(error: unknown, onFault: (error: unknown) => void): Pick<RefusedRequest, 'status' | 'refusal'> {
  if (error instanceof RefusedRequest) return error;
  if (error instanceof HostError)
    return { status: 422, refusal: { code: error.code, message: error.message, hint: error.hint } };
  if (error instanceof UsageError)
    return { status: 422, refusal: { code: 'usage', message: error.message, hint: error.hint } };
  onFault(error);
  const message = error instanceof Error ? error.message : String(error);
  return {
    status: 500,
    refusal: {
      code: 'fault',
      message: `This is a fault in Catalyst itself: ${message}`,
      hint: 'What you have drawn is safe. The terminal says more.',
    },
  };
}
