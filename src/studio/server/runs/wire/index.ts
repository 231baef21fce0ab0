import { createParser } from 'eventsource-parser';

import { jsonOrText } from '../../../../host/jsonText.ts';
import { chatEvents, readChatAnswer, wholeChatAnswer } from './chatCompletions.ts';
import { messageEvents, readMessage, wholeMessage } from './messages.ts';
import { readResponse, responseEvents, wholeResponse } from './responses.ts';
import type { Said } from './said.ts';

export { saidFor, type Said } from './said.ts';

/** A call of a model, as far as its answer depends on it. */
export interface WireRequest {
  readonly path: string;
  readonly body: unknown;
}

/** An answer as it goes over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What is written at once each. */
  readonly pieces: readonly string[];
}

interface WireApi {
  readonly whole: (said: Said, request: unknown) => unknown;
  readonly events: (said: Said, request: unknown) => Iterable<string>;
  readonly read: (parts: readonly unknown[]) => Said | undefined;
}

const apis: Readonly<Record<string, WireApi>> = {
  '/chat/completions': {
    whole: wholeChatAnswer,
    *events(said, request) {
      for (const chunk of chatEvents(said, request)) yield `data: ${chunk}\n\n`;
    },
    read: readChatAnswer,
  },
  '/responses': { whole: wholeResponse, events: named(responseEvents), read: readResponse },
  '/messages': { whole: wholeMessage, events: named(messageEvents), read: readMessage },
};

/** Events that say their type beside their data too. */
function named(events: (said: Said, request: unknown) => Iterable<{ readonly type: string }>): WireApi['events'] {
  return function* namedEvents(said, request) {
    for (const event of events(said, request)) yield `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  };
}

function apiOf(path: string): WireApi | undefined {
  const [plain = ''] = path.split('?');
  return Object.entries(apis).find(([ending]) => plain.endsWith(ending))?.[1];
}

/** Whether a request wants its answer as a stream. */
export function isStreamed(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'stream' in body && body.stream === true;
}

/** What is said as an answer to a request, in the API that it goes by, whole or as a stream; undefined for another API. */
export function answerFor(said: Said, { path, body }: WireRequest): WireAnswer | undefined {
  const api = apiOf(path);
  if (api === undefined) return undefined;
  if (isStreamed(body))
    return {
      status: 200,
      headers: { 'content-type': 'text/event-stream; charset=utf-8' },
      pieces: [...api.events(said, body)],
    };
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    pieces: [JSON.stringify(api.whole(said, body))],
  };
}

/** What an answer says; undefined where it is an error, did not come to its end, or is of another API. */
export function readAnswer(path: string, status: number, text: string): Said | undefined {
  const api = apiOf(path);
  if (api === undefined || status !== 200) return undefined;
  try {
    return api.read(text.trimStart().startsWith('{') ? [JSON.parse(text)] : eventsIn(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The texts that the events of a stream bring in pieces at the same place each, put together; of an answer in one piece, it. */
export function joinedTexts(text: string): readonly string[] {
  const joined = new Map<string, string>();
  const join = (value: unknown, path: string): void => {
    if (typeof value === 'string') joined.set(path, (joined.get(path) ?? '') + value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) join(item, `${path}/${key}`);
  };
  const parser = createParser({ onEvent: ({ data }) => join(jsonOrText(data), '') });
  parser.feed(`${text}\n\n`);
  return joined.size === 0 ? [text] : [...joined.values()];
}

function eventsIn(text: string): readonly unknown[] {
  const parts: unknown[] = [];
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data !== '[DONE]') parts.push(JSON.parse(data));
    },
  });
  parser.feed(text);
  return parts;
}
