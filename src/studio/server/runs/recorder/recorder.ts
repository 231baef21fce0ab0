import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Items, ModelCall } from '../../../protocol/index.ts';
import { jsonOrText } from '../../../../host/jsonText.ts';
import type { Mask } from '../secrets.ts';
import { forward, type Upstream } from './forward.ts';
import { RecordedCall } from './recordedCall.ts';
import { tell, type Told } from './tell.ts';

/** A call of a run, before it is answered. */
export interface CallOfRun {
  readonly node: string;
  readonly path: string;
  readonly request: ModelCall['request'];
}

/** A run whose calls come by. */
export interface CallsOfRun {
  readonly mask: Mask;
  /** What to say instead of asking the upstream; undefined to ask it. */
  told(call: CallOfRun): Told | undefined;
  /** A call has begun, its answer has, or it has ended. */
  onCall(call: RecordedCall): void;
  onFailure(reason: string): void;
}

/** A service whose calls come by, and who answers them. */
export interface RecordedService {
  readonly upstream: Upstream;
  readonly answeredBy: 'model' | 'simulated';
  /** The name of the provider whose models are called. */
  readonly provider: string;
  /** The run that a call belongs to, and its node; the mark is absent where the service was not observed. */
  find(mark: CallMark | undefined): { readonly run: CallsOfRun; readonly node: string } | undefined;
}

/** What a call says of itself: its run and node, and for which items of loops. */
export interface CallMark {
  readonly run: string;
  readonly node: string;
  readonly items: Items | undefined;
}

const loopback = '127.0.0.1';

/**
 * Stands between services and who answers their calls of models. Each service has an address of its own that nobody else can
 * guess; bytes pass in both directions as they are.
 */
export class Recorder {
  readonly #server: Server;
  readonly #port: number;
  readonly #services = new Map<string, RecordedService>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<Recorder> {
    const server = createServer({ requestTimeout: 0 });
    server.listen(0, loopback);
    await once(server, 'listening');
    return new Recorder(server, (server.address() as AddressInfo).port);
  }

  /** Takes a service in: the base URL that it is to be given, and how to let it go. */
  add(service: RecordedService): { readonly baseUrl: string; readonly remove: () => void } {
    const key = randomBytes(24).toString('base64url');
    this.#services.set(key, service);
    return { baseUrl: `http://${loopback}:${this.#port}/${key}/v1`, remove: () => void this.#services.delete(key) };
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const [, key = '', path = ''] = /^\/([\w-]{32})\/v1(\/.*)$/.exec(incoming.url ?? '') ?? [];
    const service = this.#services.get(key);
    if (service === undefined) {
      response.writeHead(404).end();
      return;
    }
    const body = await bodyOf(incoming);
    if (body === undefined) return;
    const mark = markIn(incoming.headers['x-studio-call']);
    const found = service.find(mark);
    const run = found?.run;
    const request = jsonOrText(body.toString('utf8'));
    const told = found && found.run.told({ node: found.node, path, request });
    const call =
      found &&
      new RecordedCall(
        {
          id: randomBytes(9).toString('base64url'),
          node: found.node,
          items: mark?.items,
          // Some APIs have the version in the address, some in the path.
          path: path.startsWith('/v1/') ? path : `/v1${path}`,
          request,
          answeredBy: told === undefined ? service.answeredBy : 'told',
          provider: service.provider,
        },
        found.run.mask,
      );
    const report = (): void => {
      if (call !== undefined) run?.onCall(call);
    };
    report();
    if (told !== undefined && call !== undefined) {
      await tell(told, response, call, report);
    } else {
      const { method = 'POST', rawHeaders } = incoming;
      await forward(service.upstream, { method, path, rawHeaders, body }, response, {
        call,
        onFirstByte: report,
        onFailure: (reason) => run?.onFailure(reason),
      });
    }
    report();
  }
}

/** undefined when the caller went away before its end. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of incoming) pieces.push(piece as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(pieces);
}

function markIn(header: string | string[] | undefined): CallMark | undefined {
  // Node gives headers as Latin-1.
  const text = Buffer.from(String(header ?? ''), 'latin1').toString('utf8');
  const [, run, node, items] = /^([^;]+);([^;]*)(?:;(.*))?$/.exec(text) ?? [];
  return run === undefined || node === undefined
    ? undefined
    : { run, node, items: items === undefined ? undefined : itemsIn(items) };
}

/** As in `each=3,inner=0`. */
function itemsIn(text: string): Items {
  return text.split(',').map((item) => {
    const [node = '', index] = item.split('=');
    return { node, index: Number(index) };
  });
}
