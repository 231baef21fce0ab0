import { routes, type RouteAnswer, type RouteBody, type RouteName } from '../../src/studio/protocol/index.ts';
import type { Session } from '../cli/catalyst.ts';

/** What a browser does with the line that `catalyst studio` has printed. */
export interface CommandPage {
  readonly origin: string;
  readonly token: string;
  /** What is sent with each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Throws `Refused` with what was said instead of an answer. */
  ask<Name extends RouteName>(name: Name, body: RouteBody<Name>, signal?: AbortSignal): Promise<RouteAnswer<Name>>;
}

/** What a request was answered with instead. */
export class Refused extends Error {
  readonly status: number;
  readonly body: string;

  constructor(name: string, status: number, body: string) {
    super(`${name}: ${status} ${body}`);
    this.status = status;
    this.body = body;
  }
}

/** Waits for the address. */
export async function pageOf(session: Session): Promise<CommandPage> {
  const [address] = await session.until(/http:.*(?=\n)/);
  return pageAt(address);
}

/** What may be asked at an address that was printed. */
export function pageAt(address: string): CommandPage {
  const { origin, hash } = new URL(address);
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? '';
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, Origin: origin };
  return {
    origin,
    token,
    headers,
    async ask(name, body, signal) {
      const answer = await fetch(`${origin}/api/${name}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        ...(signal !== undefined && { signal }),
      });
      if (!answer.ok) throw new Refused(name, answer.status, await answer.text());
      return routes[name].answer.parse(await answer.json()) as RouteAnswer<typeof name>;
    },
  };
}
