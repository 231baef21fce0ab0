import { Hono } from 'hono';

import { limitBody, mostBytes } from './bodies.ts';
import type { ApiOptions, HandlersOf } from './api.ts';
import type { EventStreams } from './eventStreams.ts';
import { guard, type Bindings, type OwnHosts } from './guard.ts';
import type { PageFiles } from './pageFiles.ts';
import { securityHeaders } from './securityHeaders.ts';
import type { LaunchToken } from './token.ts';

export interface AppOptions extends ApiOptions {
  readonly ownHosts: OwnHosts;
  readonly token: LaunchToken;
  readonly handlersOf: HandlersOf;
  readonly events: EventStreams;
  readonly page: PageFiles;
  /** Called when a page has opened its stream of events. */
  readonly onPage: () => void;
  /** Called when someone asks without the token, once. */
  readonly onStranger: () => void;
}

/** The Studio over HTTP: its page, one route for each handler, and the events. */
export function createApp({
  ownHosts,
  token,
  handlersOf,
  events,
  page,
  onPage,
  onStranger,
  ...api
}: AppOptions): Hono<Bindings> {
  const app = new Hono<Bindings>();
  let isStrangerKnown = false;
  app.use(securityHeaders);
  app.use(guard(ownHosts));
  app.use('/api/*', async (context, next) => {
    if (!token.isIn(context.req.header('Authorization'))) {
      if (!isStrangerKnown) onStranger();
      isStrangerKnown = true;
      return context.body(null, 401);
    }
    if (context.req.method !== 'POST') return context.text('', 405, { Allow: 'POST' });
    if (!/^application\/json(;\s*charset=utf-8)?$/i.test(context.req.header('Content-Type') ?? ''))
      return context.text('Only application/json.', 415);
    await next();
  });

  app.post('/api/events', limitBody(mostBytes), (context) => {
    const stream = events.open();
    if (stream === undefined) return context.text('Too many pages are open.', 503);
    onPage();
    return context.body(stream, 200, { 'Content-Type': 'text/event-stream' });
  });
  // What checks bodies and answers is loaded when a page that has been served asks.
  app.post('/api/:name', async (context) => (await import('./api.ts')).answerRequest(context, handlersOf, api));

  app.get('/', async (context) => {
    const code = context.req.query('open');
    if (code === undefined) return page.page(context);
    return context.redirect(token.redeem(code) ? `/#token=${token.text}` : '/');
  });
  app.get('*', (context) => page.file(context));
  app.notFound((context) => context.text('There is nothing here.', 404));
  app.onError((error, context) => {
    api.onFault(error);
    return context.text('This is a fault in Catalyst itself. The terminal says more.', 500);
  });
  return app;
}
