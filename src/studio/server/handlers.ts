import type * as z from 'zod';

import type { Refusal, RouteAnswer, RouteName, routes, ServerEvent } from '../protocol/index.ts';

/** Tells every open page. */
export type Emit = (event: ServerEvent) => void;

/** What answers each route; bodies have been checked by the route's schema. */
export type Handlers = {
  readonly [Name in RouteName]: (body: z.output<(typeof routes)[Name]['body']>) => Promise<RouteAnswer<Name>>;
};

/** A request that is not done: what the page is told, and the status it comes with. */
export class RefusedRequest extends Error {
  readonly status: 400 | 403 | 404 | 409 | 413 | 422 | 500 | 503;
  readonly refusal: Refusal;

  constructor(status: RefusedRequest['status'], refusal: Refusal) {
    super(refusal.message);
    this.name = 'RefusedRequest';
    this.status = status;
    this.refusal = refusal;
  }
}
