import { request as requestHttp, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { BlockList, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY name for a server, as a generated service reads them. */
export function proxyFor({ protocol, hostname, port }: URL, env: Environment): URL | undefined {
  const named = (name: string): string | undefined => env[name.toLowerCase()] ?? env[name];
  const scheme = protocol.slice(0, -1);
  const proxy = named(`${scheme.toUpperCase()}_PROXY`) || named('ALL_PROXY');
  if (!proxy || isLeftOut(hostname, port, named('NO_PROXY') ?? '')) return undefined;
  return new URL(proxy.includes('://') ? proxy : `http://${proxy}`);
}

/** `Proxy-Authorization` and its value, where the proxy's URL has an account. */
export function accountAt({ username, password }: URL): readonly string[] {
  if (username === '') return [];
  const account = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return ['Proxy-Authorization', `Basic ${Buffer.from(account).toString('base64')}`];
}

function isLeftOut(hostname: string, port: string, noProxy: string): boolean {
  const names = noProxy.split(',').map((part) => part.trim().toLowerCase());
  return (
    isInNetworks(hostname, names) ||
    names.some((part) => {
      if (part.startsWith('*.')) return hostname.endsWith(part.slice(1));
      const name = part.replace(/^\./, '');
      return (
        name === '*' ||
        (name !== '' && [hostname, `${hostname}:${port}`].some((host) => host === name || host.endsWith(`.${name}`)))
      );
    })
  );
}

/** Whether a host is an address in one of the networks, such as `10.0.0.0/8`. */
function isInNetworks(hostname: string, networks: readonly string[]): boolean {
  const host = familyOf(hostname);
  if (host === undefined) return false;
  const list = new BlockList();
  for (const network of networks) {
    const [, address = '', bits] = /^(.*?)(?:\/(\d{1,3}))?$/.exec(network) ?? [];
    const found = familyOf(address);
    const longest = found?.family === 'ipv4' ? 32 : 128;
    const length = Number(bits ?? longest);
    if (found !== undefined && length <= longest) list.addSubnet(found.address, length, found.family);
  }
  return list.check(host.address, host.family);
}

function familyOf(host: string): { readonly address: string; readonly family: 'ipv4' | 'ipv6' } | undefined {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  const version = isIP(address);
  return version === 0 ? undefined : { address, family: version === 4 ? 'ipv4' : 'ipv6' };
}

interface TunnelOptions extends AgentOptions {
  readonly host?: string;
  readonly port?: number;
  readonly servername?: string;
  readonly ca?: string;
}

/** Connections of TLS through a proxy that speaks HTTP. */
export class TunnelAgent extends HttpsAgent {
  readonly #proxy: URL;

  constructor(proxy: URL) {
    super({ keepAlive: true });
    this.#proxy = proxy;
  }

  override createConnection(
    { host = '', port = 443, servername = host, ca }: TunnelOptions,
    callback: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { hostname, port: proxyPort } = this.#proxy;
    const [name, value = ''] = accountAt(this.#proxy);
    const path = `${host}:${port}`;
    const headers = { host: path, ...(name !== undefined && { [name]: value }) };
    const asked = requestHttp({
      host: hostname,
      port: proxyPort || 80,
      method: 'CONNECT',
      path,
      headers,
      agent: false,
    });
    // The type has a stream beside an error as well; Node looks at the error first.
    const fail = (error: Error): void => callback(error, asked as unknown as Duplex);
    asked.once('error', fail);
    asked.once('connect', (answer, socket) => {
      if (answer.statusCode === 200) callback(null, connect({ socket, servername, ...(ca !== undefined && { ca }) }));
      else fail(new Error(`the proxy answers ${answer.statusCode}`));
    });
    asked.end();
  }
}
