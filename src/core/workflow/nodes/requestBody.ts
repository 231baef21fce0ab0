import type { NodeOf } from '../types.ts';

/** How a request carries the input. */
export type RequestBody = 'json' | 'query';

/** Requests with these methods have no body that means something: https://www.rfc-editor.org/rfc/rfc9110#section-9.3.1 */
export function bodyOf({ method }: NodeOf<'httpEndpoint'>['config']): RequestBody {
  return method === 'GET' || method === 'DELETE' ? 'query' : 'json';
}
