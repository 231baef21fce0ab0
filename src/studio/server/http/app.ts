import { Hono } from 'hono';

import type { DurablePlace, Followed } from '../../protocol/durable.ts';
import { runtimePath } from '../../protocol/runtimePath.ts';
import { limitBody, mostBytes } from './bodies.ts';
import type { ApiOptions, HandlersOf } from './api.ts';
import type { EventStreams } from './eventStreams.ts';
import { guard, type Bindings, type OwnHosts } from './guard.ts';
import type { PageFiles } from './pageFiles.ts';
import { securityHeaders } from './securityHeaders.ts';
import type { LaunchToken } from './token.ts';

/** Gives the events of a durable run of a service elsewhere. */
export type FollowDurable = (place: DurablePlace, signal: AbortSignal) => Promise<AsyncGenerator<Followed>>;

export interface AppOptions extends ApiOptions {
  readonly ownHosts: OwnHosts;
  readonly token: LaunchToken;
  readonly handlersOf: HandlersOf;
  readonly events: EventStreams;
  readonly follow: FollowDurable;
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
  follow,
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
  app.post('/api/followDurable', limitBody(mostBytes), async (context) => {
    const [{ answerStream }, { durablePlaceSchema }] = await Promise.all([
      import('./api.ts'),
      import('../../protocol/durable.ts'),
    ]);
    return answerStream(context, durablePlaceSchema, follow, api);
  });
  // What checks bodies and answers is loaded when a page that has been served asks.
  app.post('/api/:name', async (context) => (await import('./api.ts')).answerRequest(context, handlersOf, api));

  app.get('/', async (context) => {
    const code = context.req.query('open');
    if (code === undefined) return page.page(context);
    return context.redirect(token.redeem(code) ? `/#token=${token.text}` : '/');
  });
  app.get(runtimePath, async (context) =>
    context.json((await import('../../../core/codegen/python/index.ts')).runtimeSources, 200, {
      'Cache-Control': 'no-cache',
    }),
  );
  app.get('*', (context) => page.file(context));
  app.notFound((context) => context.text('There is nothing here.', 404));
  app.onError((error, context) => {
    api.onFault(error);
    return context.text('This is a fault in Catalyst itself. The terminal says more.', 500);
  });
  return app;
}
