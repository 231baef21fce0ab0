import type { HttpBindings } from '@hono/node-server';
import { createMiddleware } from 'hono/factory';

/** The hosts under which this server may be asked, such as `127.0.0.1:4747`; the first is the one that is printed. */
export type OwnHosts = ReadonlySet<string>;

export interface Bindings {
  readonly Bindings: HttpBindings;
}

/**
 * Lets only those requests pass that a page of this very server, or a person at the address bar, can have made. A name that was
 * bound to this address (DNS rebinding) has another Host; another page has another Origin; a form, link, image or frame
 * of another page has none, or a Sec-Fetch-Site that says so.
 */
export function guard(ownHosts: OwnHosts) {
  return createMiddleware<Bindings>(async (context, next) => {
    const { incoming } = context.env;
    const { headersDistinct, method = '', url = '' } = incoming;
    const [host = '', ...moreHosts] = headersDistinct['host'] ?? [];
    if (moreHosts.length > 0 || !ownHosts.has(host.toLowerCase()) || !url.startsWith('/'))
      return context.text('This server has another name.', 421);
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST')
      return context.text('', 405, { Allow: 'GET, HEAD, POST' });

    const origins = headersDistinct['origin'] ?? [];
    const isForeign = origins.some((origin) => origin !== `http://${host.toLowerCase()}`);
    if (isForeign || (method === 'POST' && origins.length !== 1))
      return context.text('This page may not ask the Studio.', 403);

    const isTyped = method !== 'POST' && context.req.path === '/';
    for (const site of headersDistinct['sec-fetch-site'] ?? [])
      if (site !== 'same-origin' && !(site === 'none' && isTyped))
        return context.text('Open the Studio from its own address: copy it from the terminal.', 403);
    await next();
  });
}
