import { RefusedRequest } from '../handlers.ts';

/** What is between two connections, or said by us. */
const notOfCaller =
  /^(host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|proxy-.*|x-studio-.*)$/i;
const saysWhoAsks = /^(authorization|cookie|.*(key|token|secret|password|credential).*)$/i;

/** Refuses headers that cannot be sent. */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (notOfCaller.test(name)) throw cannotSend(`The header ${name} is about the connection, and not the caller's.`);
    try {
      new Headers().set(name, value);
    } catch {
      throw cannotSend(`The header ${JSON.stringify(name)} has a name or a value that HTTP does not allow.`);
    }
  }
}

/** Those that may be kept: none that say who asks. */
export function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !saysWhoAsks.test(name)));
}

function cannotSend(message: string): RefusedRequest {
  return new RefusedRequest(422, { code: 'invalid_header', message, hint: 'Take it out of the request.' });
}
