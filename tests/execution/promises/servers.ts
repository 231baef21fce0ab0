import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

import { python } from '../generatedProject.ts';

interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A service with every kind of pages, and some that fail; it counts how often each path was asked. */
export class ScriptedServer {
  readonly asked = new Map<string, number>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await text(request).catch(() => undefined);
    if (sent === undefined) return;
    const url = new URL(request.url ?? '', `http://${request.headers.host}`);
    const count = (this.asked.get(url.pathname) ?? 0) + 1;
    this.asked.set(url.pathname, count);
    const { status = 200, headers = {}, body } = await told(request, url, sent, count);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
  }
}

async function told(request: IncomingMessage, url: URL, sent: string, count: number): Promise<Told> {
  const number = Number(url.searchParams.get('n') ?? '1');
  const [, name, part] = url.pathname.split('/');
  const next = `${url.origin}/${name}?n=${number + 1}`;
  switch (name) {
    case 'link': {
      const headers = number < 3 ? { link: `<${next}>; rel="next", <${url.origin}/link>; rel="first"` } : {};
      return { headers, body: { data: [number, number * 10] } };
    }
    case 'next':
      return { body: { data: [number], meta: { next } } };
    case 'cursor': {
      const after = url.searchParams.get('after');
      return { body: { data: [url.search], meta: { next: after === null ? 'a&b=c d' : null } } };
    }
    case 'page':
      return { body: Number(url.searchParams.get('page')) < 2 ? [{ page: url.searchParams.get('page') }] : [] };
    case 'flaky':
      return count < 3 ? { status: 503, body: {} } : { body: { count } };
    case 'count':
      return { body: { count } };
    case 'status':
      return { status: Number(part), body: { secret: 'of the other service' } };
    case 'slow':
      await pause(1500);
      return { body: 'late after all' };
    case 'weather':
      return { headers: { 'content-type': 'application/vnd.api+json' }, body: { temperature: 20.5 } };
    case 'bytes':
      return { headers: { 'content-type': 'image/gif' }, body: Buffer.from([0, 255, 1]) };
    case 'moved':
      return { status: 302, headers: { location: `http://localhost:${url.port}/echo` } };
    case 'graphql':
      return {
        body: { data: { city: { name: (JSON.parse(sent) as { variables: { city: string } }).variables.city } } },
      };
    default: {
      const { authorization, 'x-key': key, 'content-type': type } = request.headers;
      return { body: { method: request.method, url: request.url, authorization, key, type, sent } };
    }
  }
}

const script = `
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("servers", sys.argv[1])
servers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(servers)
with servers.running_postgres() as postgres, servers.running_redis() as redis:
    print(json.dumps({"DATABASE_URL": postgres.url, "REDIS_URL": redis}), flush=True)
    for line in sys.stdin:
        postgres.stop() if line.strip() == "stop" else postgres.start()
        print("done", flush=True)
`;

/** Real servers of Postgres and Redis, of which the former can be stopped and started. */
export class DatabaseServers {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor() {
    const servers = join(import.meta.dirname, '../../../runtime/python/tests/database_servers.py');
    this.#process = spawn(python, ['-c', script, servers]);
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
  }

  /** The variables that name them; undefined where they are not installed. */
  async start(): Promise<NodeJS.ProcessEnv | undefined> {
    const line = await this.#lines.next();
    return line.done === true ? undefined : (JSON.parse(line.value) as NodeJS.ProcessEnv);
  }

  async postgres(what: 'stop' | 'start'): Promise<void> {
    this.#process.stdin.write(`${what}\n`);
    await this.#lines.next();
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.stdin.end();
    if (this.#process.exitCode === null) await ended;
  }
}
