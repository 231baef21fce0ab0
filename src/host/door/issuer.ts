import { constants, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { NodeOf } from '../../core/workflow/index.ts';
import { withoutProxyHere } from '../proxies.ts';
import type { Visitor } from './visitor.ts';

type Algorithm = NonNullable<NonNullable<NodeOf<'httpEndpoint'>['config']['auth']>['algorithms']>[number];

const loopback = '127.0.0.1';
const audience = 'catalyst';
const keyId = 'throwaway';
const tokenSeconds = 86_400;
/** Their names say how long their hash is; the others hash by themselves. */
const hashed = /^(RS|PS|ES)(\d+)$/;
const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** A visitor with tokens of an issuer of his own, whose keys are published on this machine for as long as the service runs. */
export async function throwawayIssuer(
  scopes: readonly string[],
  algorithms: readonly Algorithm[] = ['RS256', 'ES256'],
  env: NodeJS.ProcessEnv,
): Promise<Visitor> {
  // RSA keys take long to make.
  const algorithm = algorithms.find((each) => !/^(RS|PS)/.test(each)) ?? algorithms[0] ?? 'RS256';
  const { publicKey, privateKey } = keyPair(algorithm);
  const published = JSON.stringify({
    keys: [{ ...publicKey.export({ format: 'jwk' }), kid: keyId, use: 'sig', alg: algorithm }],
  });
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(published);
  });
  await new Promise<void>((resolve) => void server.listen(0, loopback, resolve));
  // Whoever forgets to close it does not wait for it.
  server.unref();
  const issuer = `http://${loopback}:${(server.address() as AddressInfo).port}`;
  return {
    env: {
      JWT_JWKS_URL: `${issuer}/keys`,
      JWT_ISSUER: issuer,
      JWT_AUDIENCE: audience,
      ...withoutProxyHere(env),
    },
    headers: () => {
      const exp = Math.floor(Date.now() / 1000) + tokenSeconds;
      const claims = { iss: issuer, aud: audience, sub: 'developer', exp, scope: scopes.join(' ') };
      return { authorization: `Bearer ${tokenOf(claims, algorithm, privateKey)}` };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function keyPair(algorithm: Algorithm): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  const namedCurve = curves[algorithm];
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve });
  return algorithm === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/** https://www.rfc-editor.org/rfc/rfc7515#section-3.1 */
function tokenOf(claims: object, algorithm: Algorithm, key: KeyObject): string {
  const header = { alg: algorithm, typ: 'JWT', kid: keyId };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const [, family, bits] = hashed.exec(algorithm) ?? [];
  // https://www.rfc-editor.org/rfc/rfc7518#section-3.4 and #section-3.5
  const how =
    family === 'PS'
      ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { key, dsaEncoding: 'ieee-p1363' as const };
  const signature = sign(bits === undefined ? null : `sha${bits}`, Buffer.from(signed), how);
  return `${signed}.${signature.toString('base64url')}`;
}
