import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

/** A server that answers by its paths, as the workflows of these tests expect it. */
export interface Scripted {
  readonly url: string;
  stop(): void;
}

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

export async function startScripted(): Promise<Scripted> {
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    void text(request)
      .then((body) => answerTo({ method, url, body }, counts))
      .then(
        (answer) => send(response, answer),
        () => response.destroy(),
      );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function send(response: ServerResponse, { status = 200, body }: Answer): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

async function answerTo(asked: Asked, counts: Map<string, number>): Promise<Answer> {
  const { pathname, searchParams } = new URL(asked.url, 'http://x');
  const [, kind, first = '', second = ''] = pathname.split('/');
  const count = (counts.get(pathname) ?? 0) + 1;
  counts.set(pathname, count);
  switch (kind) {
    // Every third number is not to be had, and there are no more than a hundred.
    case 'item': {
      const n = Number(first);
      const status = n % 3 === 0 ? 503 : n > 100 ? 404 : 200;
      return { status, body: { n, double: 2 * n } };
    }
    case 'flaky':
      return { status: count > Number(second) ? 200 : 503, body: { tries: count } };
    case 'count':
      return { body: { count } };
    case 'slow':
      await setTimeout(Number(first));
      return { status: second === '666' ? 500 : 200, body: { n: Number(second) } };
    case 'pages': {
      const page = Number(searchParams.get('cursor') ?? 0);
      return { body: { data: [page], next: page + 1 < Number(first) ? String(page + 1) : null } };
    }
    case 'echo': {
      const path = pathname.slice('/echo/'.length);
      const query = [...searchParams];
      return {
        status: second === 'teapot' ? 418 : 200,
        body: { method: asked.method, path: `/echo/${path}`, query, v: path, body: asked.body },
      };
    }
    case 'graphql':
      return graphql(JSON.parse(asked.body) as { variables: { name: string } });
    case 'v1':
      return { body: completion(JSON.parse(asked.body) as Chat) };
    default:
      return { status: 404, body: null };
  }
}

function graphql({ variables: { name } }: { variables: { name: string } }): Answer {
  if (name === 'none') return { body: { data: { city: null }, errors: [{ message: 'no such city' }] } };
  return { body: { data: { city: { name, size: name === 'wrong' ? 'large' : name.length } } } };
}

interface Chat {
  readonly model: string;
  readonly messages: readonly { readonly content: string }[];
}

/** A grade for what is asked: how long it is; letters come back as they are. */
function completion({ model, messages }: Chat): unknown {
  const prompt = messages.at(-1)?.content ?? '';
  const said = prompt.replace(/^.*: /, '');
  const grade = said === 'nonsense' ? 'no JSON' : JSON.stringify({ text: said, score: said.length });
  const content = prompt.startsWith('Letter') ? prompt : grade;
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content, refusal: null } }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  };
}
