import { request, type IncomingHttpHeaders } from 'node:http';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createParser } from 'eventsource-parser';
import { onTestFinished } from 'vitest';

import { Processes } from '../../src/host/processes.ts';
import {
  routes,
  serverEventSchema,
  type RouteAnswer,
  type RouteBody,
  type RouteName,
  type ServerEvent,
} from '../../src/studio/protocol/index.ts';
import { findOpened } from '../../src/studio/server/files/opening.ts';
import { startStudio } from '../../src/studio/server/start.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: string | Uint8Array;
}

interface Started {
  readonly path?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A Studio on a port of its own, with a small page. */
export class StudioServer {
  readonly folder: string;
  readonly origin: string;
  readonly token: string;
  readonly notices: string[] = [];
  readonly faults: unknown[] = [];
  addressToOpen: () => string = () => this.origin;
  close: () => Promise<void> = () => Promise.resolve();

  private constructor(folder: string, address: string, notices: string[], faults: unknown[]) {
    const url = new URL(address);
    this.folder = folder;
    this.origin = url.origin;
    this.token = new URLSearchParams(url.hash.slice(1)).get('token') ?? '';
    this.notices = notices;
    this.faults = faults;
  }

  /** @param path what is opened; the folder by itself */
  static async start(folder: string, { path = folder, env = {} }: Started = {}): Promise<StudioServer> {
    const [data, cache] = [await temporaryFolder(), await temporaryFolder()];
    const stop = new AbortController();
    const [notices, faults]: [string[], unknown[]] = [[], []];
    const processes = new Processes();
    const running = await startStudio({
      machine: {
        processes,
        env: { ...process.env, CATALYST_DATA_DIR: data, CATALYST_CACHE_DIR: cache, ...env },
        cwd: folder,
        signal: stop.signal,
        onProgress: () => undefined,
      },
      address: { host: '127.0.0.1', port: 0, isPreference: false },
      ...(await opened(folder, path)),
      pageFolder: await smallPage(),
      onFault: (error) => faults.push(error),
      onNotice: (text) => notices.push(text),
      checksAnswers: true,
    });
    const studio = new StudioServer(folder, running.address, notices, faults);
    studio.addressToOpen = () => running.addressToOpen();
    let closing: Promise<void> | undefined;
    studio.close = () => {
      stop.abort();
      processes.killAll();
      return (closing ??= running.close());
    };
    onTestFinished(() => studio.close());
    return studio;
  }

  /** The headers that a page of the Studio sends. */
  get pageHeaders(): Readonly<Record<string, string>> {
    return {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${this.token}`,
      Origin: this.origin,
      'Sec-Fetch-Site': 'same-origin',
    };
  }

  /** Sends just this, over a socket of its own. */
  async send({ method = 'GET', path = '/', headers = {}, body = '' }: Asked): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.origin);
      const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
      const asked = request({ hostname, port, method, path, headers: sent as Record<string, string>, agent: false });
      asked.on('error', reject);
      asked.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
        response.on('error', reject);
      });
      asked.end(body);
    });
  }

  /** Asks a route as the page does, with other headers where that is what is tested. */
  async post(name: string, body: unknown, headers: Asked['headers'] = {}): Promise<Answered> {
    return this.send({
      method: 'POST',
      path: `/api/${name}`,
      headers: { ...this.pageHeaders, ...headers },
      body: JSON.stringify(body),
    });
  }

  /** The answer of a route; throws what it says instead. */
  async ask<Name extends RouteName>(name: Name, body: RouteBody<Name>): Promise<RouteAnswer<Name>> {
    const answered = await this.post(name, body);
    if (answered.status !== 200) throw new Error(`${name}: ${answered.status} ${answered.body}`);
    return routes[name].answer.parse(JSON.parse(answered.body)) as RouteAnswer<Name>;
  }

  /** The id of a file by its path. */
  async idOf(path: string): Promise<string> {
    const { files } = await this.ask('studio', {});
    const id = files.find((file) => file.path === path)?.id;
    if (id === undefined) throw new Error(`${path} is not listed: ${JSON.stringify(files)}`);
    return id;
  }

  /** Listens to the events, as an open page does. */
  async listen(): Promise<EventLog> {
    const events: ServerEvent[] = [];
    const waiting = new Set<() => void>();
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const response = await fetch(`${this.origin}/api/events`, {
      method: 'POST',
      headers: this.pageHeaders,
      body: '{}',
      signal: stop.signal,
    });
    const parser = createParser({
      onEvent: ({ data }) => {
        events.push(serverEventSchema.parse(JSON.parse(data)));
        for (const look of waiting) look();
      },
    });
    const ended = (async () => {
      const decoder = new TextDecoder();
      for await (const part of response.body ?? []) parser.feed(decoder.decode(part as Uint8Array, { stream: true }));
    })().catch(() => undefined);
    return {
      events,
      ended,
      close: () => stop.abort(),
      until: (isIt) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error(`Not among ${JSON.stringify(events)}`)), 30_000);
          const look = (): void => {
            const found = events.find(isIt);
            if (found === undefined) return;
            clearTimeout(timer);
            waiting.delete(look);
            resolve(found);
          };
          waiting.add(look);
          look();
        }),
    };
  }
}

export interface EventLog {
  readonly events: readonly ServerEvent[];
  readonly ended: Promise<void>;
  close(): void;
  /** The first event, past or to come, that is it. */
  until(isIt: (event: ServerEvent) => boolean): Promise<ServerEvent>;
}

async function opened(folder: string, path: string): Promise<{ folder: string; opened: string | undefined }> {
  const found = await findOpened(folder, path);
  return { folder: found.folder, opened: found.file };
}

async function smallPage(): Promise<string> {
  const page = await temporaryFolder();
  await mkdir(join(page, 'assets'));
  await writeFile(
    join(page, 'index.html'),
    '<!doctype html><html><head><title>Page</title></head><body></body></html>',
  );
  // As it is built: compressed alone.
  await writeFile(join(page, 'assets', 'index-abc.js.gz'), gzipSync('export {};'));
  await writeFile(join(page, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(page, '.built-from'), 'hash');
  return page;
}
