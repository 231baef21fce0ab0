import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as z from 'zod';

import { HostError, UsageError } from '../../../host/errors.ts';
import { routes, type Refusal, type RouteAnswer, type RouteName } from '../../protocol/index.ts';
import { RefusedRequest, type Handlers } from '../handlers.ts';

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
const mostTextBytes = 8_000_000;
const mostBytes = 1_000_000;
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export interface ApiOptions {
  /** Told of what went wrong in the Studio itself. */
  readonly onFault: (error: unknown) => void;
  /** Answers are compared with their schemas too; for tests. */
  readonly checksAnswers: boolean;
}

/** Refuses a body that is larger than a route may have, whether or not it says so. */
export function limitBody(name: RouteName | 'events') {
  const maxSize = name !== 'events' && withText.has(name) ? mostTextBytes : mostBytes;
  return bodyLimit({
    maxSize,
    onError: (context) =>
      refuse(context, 413, {
        code: 'too_large',
        message: `This is more than ${maxSize / 1_000_000} MB.`,
        hint: 'Split the workflow into several that call each other.',
      }),
  });
}

/** Answers one request of a route: the body as its schema wants it, what the handler gives, or why not. */
export async function answerRoute<Name extends RouteName>(
  context: Context,
  name: Name,
  handlers: Pick<Handlers, Name>,
  { onFault, checksAnswers }: ApiOptions,
): Promise<Response> {
  try {
    const body = parseBody(name, await context.req.text());
    const answer: RouteAnswer<Name> = await handlers[name](body);
    if (checksAnswers) routes[name].answer.parse(answer);
    return context.json(answer);
  } catch (error) {
    const { status, refusal } = refusalOf(error, onFault);
    return refuse(context, status, refusal);
  }
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

function refuse(context: Context, status: ContentfulStatusCode, refusal: Refusal): Response {
  return context.json(refusal, status);
}
