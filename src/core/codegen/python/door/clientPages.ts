import type { TriggerNode } from '../../../workflow/trigger.ts';
import * as py from '../syntax/build.ts';
import type { Scope } from '../syntax/names.ts';
import type { Stmt } from '../syntax/tree.ts';
import { corsOf, preflight, type PageRights } from './guards.ts';

/** What OpenAI's own SDK sends from a page besides what every client does. */
const openaiHeaders = [
  'Idempotency-Key',
  'OpenAI-Beta',
  'OpenAI-Organization',
  'OpenAI-Project',
  ...['Arch', 'Lang', 'OS', 'Package-Version', 'Retry-Count', 'Runtime', 'Runtime-Version', 'Timeout'].map(
    (name) => `X-Stainless-${name}`,
  ),
];

/** https://modelcontextprotocol.io/specification/2026-07-28/basic/transports */
const mcpHeaders = ['Last-Event-ID', 'Mcp-Method', 'Mcp-Name', 'Mcp-Protocol-Version', 'Mcp-Session-Id'];

const languages = [
  {
    key: 'openai',
    paths: ['/v1/chat/completions', '/v1/responses', '/v1/models', '/v1/models/{name}'],
    methods: ['GET', 'POST'],
    headers: openaiHeaders,
  },
  { key: 'mcp', paths: ['/mcp'], methods: ['POST'], headers: mcpHeaders },
] as const;

/**
 * What browsers are told before pages of other origins speak the languages of clients: what all endpoints together allow
 * that speak one and let pages ask.
 */
export function clientPages(triggers: readonly TriggerNode[], names: Scope, constants: Stmt[]): readonly Stmt[] {
  return languages.flatMap(({ key, paths, methods, headers }) => {
    const allowed = triggers.flatMap((trigger) =>
      trigger.type === 'httpEndpoint' && trigger.config[key] !== undefined ? (trigger.config.cors ?? []) : [],
    );
    if (allowed.length === 0) return [];
    const constant = names.constant(`${key} cors`);
    constants.push(py.assign(py.name(constant), corsOf(allowedTogether(allowed, headers), methods)));
    return paths.map((path) => preflight(path, constant));
  });
}

/** What several endpoints allow pages that ask at a path which is all of theirs, with further headers. */
export function allowedTogether(allowed: readonly PageRights[], headers: readonly string[]): PageRights {
  return {
    headers: [...new Set([...allowed.flatMap((cors) => cors.headers), ...headers])],
    credentials: allowed.some(({ credentials }) => credentials),
    maxAgeSeconds: Math.min(...allowed.map(({ maxAgeSeconds }) => maxAgeSeconds)),
  };
}
