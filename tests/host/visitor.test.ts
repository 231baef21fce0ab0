import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

import { check, parse, type CheckedWorkflow } from '../../src/core/workflow/index.ts';
import { visitorOf, type VisitorOptions } from '../../src/host/door/visitor.ts';
import { python } from '../execution/generatedProject.ts';

const runtime = resolve(import.meta.dirname, '../../runtime/python');
/** One of each family; RSA keys take long to make. */
const tokenAlgorithms = ['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA'] as const;
const body = '{"action":"opened"}';

/** The parts of the runtime that let in, or do not, told by JSON on standard input. */
const program = `
import asyncio, json, os, sys
from pathlib import Path
from starlette.datastructures import Headers
from app.door import bearer, key_file
from app.door.webhooks import signatures
from app.runtime.settings import Settings

async def judge(kind, env, headers, body, options):
    os.environ.update(env)
    sent = Headers(headers)
    if kind == "hmac":
        scheme = signatures.Hmac(**options)
    elif kind in ("github", "stripe", "slack", "shopify"):
        scheme = {each.name: each for each in vars(signatures).values() if hasattr(each, "name")}[kind]()
    if kind in ("github", "stripe", "slack", "shopify", "hmac"):
        return scheme.check(sent, body.encode(), [env["WEBHOOK_SECRET_DOOR"]]).event
    credentials = sent["authorization"].partition(" ")[2]
    if kind == "apiKey":
        found = key_file.read(Path(env["API_KEYS_FILE"])).find(credentials)
        return [found.name, found.scopes]
    claims = await bearer.BearerTokens([kind])._claims(credentials, bearer.Issuer(Settings()))
    return [claims["sub"], sorted(bearer._scopes(claims))]

async def main():
    print(json.dumps([await judge(**each) for each in json.load(sys.stdin)]))

asyncio.run(main())
`;

function workflow(type: string, config: object): CheckedWorkflow {
  const nodes = [
    { id: 'ask', type, config: { path: '/door', ...config } },
    { id: 'end', type: 'response', config: { output: 'ok' } },
  ];
  const edges = [{ source: 'ask', target: 'end' }];
  const parsed = parse(JSON.stringify({ version: 1, name: 'door', nodes, edges }));
  const checked = parsed.ok ? check(parsed.value, new Map()) : parsed;
  if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics));
  return checked.value;
}

async function visit(checked: CheckedWorkflow, env: NodeJS.ProcessEnv = {}, options?: VisitorOptions) {
  const visitor = await visitorOf(checked, env, options);
  onTestFinished(async () => visitor.close());
  return { env: visitor.env, headers: visitor.headers(body), body };
}

test('what a visitor sends is what the runtime lets in: every service, kind of signature and key', async () => {
  const hmac = { header: 'X-Sig', prefix: 'v1=', signedPrefix: '{timestamp}.', timestampHeader: 'X-Time' };
  const own = { ...hmac, algorithm: 'sha512', encoding: 'base64', eventHeader: 'X-Event' };
  const told = {
    header: 'X-Sig',
    prefix: 'v1=',
    before_body: '{timestamp}.',
    timestamp_header: 'X-Time',
    algorithm: 'sha512',
    encoding: 'base64',
    event_header: 'X-Event',
  };
  const events = ['issues', 'push'];
  const asked = [
    { kind: 'github', options: {}, ...(await visit(workflow('webhookReceiver', { service: 'github', events }))) },
    { kind: 'shopify', options: {}, ...(await visit(workflow('webhookReceiver', { service: 'shopify' }))) },
    { kind: 'stripe', options: {}, ...(await visit(workflow('webhookReceiver', { service: 'stripe' }))) },
    { kind: 'slack', options: {}, ...(await visit(workflow('webhookReceiver', { service: 'slack' }))) },
    { kind: 'hmac', options: told, ...(await visit(workflow('webhookReceiver', { service: 'hmac', hmac: own }))) },
    {
      kind: 'apiKey',
      options: {},
      ...(await visit(workflow('httpEndpoint', { auth: { kind: 'apiKey', scopes: ['chat'] } }))),
    },
  ];
  for (const algorithm of tokenAlgorithms) {
    const auth = { kind: 'bearer', scopes: ['a', 'b'], algorithms: [algorithm] };
    asked.push({ kind: algorithm, options: {}, ...(await visit(workflow('httpEndpoint', { auth }))) });
  }
  const judging = promisify(execFile)(python, ['-c', program], { cwd: runtime });
  judging.child.stdin?.end(JSON.stringify(asked));
  const { stdout } = await judging;
  expect(JSON.parse(stdout)).toEqual([
    'issues',
    'test',
    null,
    null,
    'test',
    ['developer', ['chat']],
    ...tokenAlgorithms.map(() => ['developer', ['a', 'b']]),
  ]);
});

test("the operator's secret and, where that is wanted, his issuer go on to count; anyone needs nothing", async () => {
  const hook = workflow('webhookReceiver', { service: 'github' });
  const { env } = await visit(hook, { WEBHOOK_SECRET_DOOR: 'of the operator' });
  expect(env).toMatchObject({ WEBHOOK_SECRET_DOOR: 'of the operator' });
  const tokens = workflow('httpEndpoint', { auth: { kind: 'bearer' } });
  const issuer = { JWT_JWKS_URL: 'https://issuer.example/keys' };
  expect(await visit(tokens, issuer, { keepsIssuer: true })).toEqual({ env: {}, headers: {}, body });
  expect((await visit(tokens, issuer)).env['JWT_JWKS_URL']).toContain('127.0.0.1');
  expect(await visit(workflow('httpEndpoint', {}))).toEqual({ env: {}, headers: {}, body });
});
