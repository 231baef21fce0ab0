import * as z from 'zod';

import { formHints } from '../../formHints.ts';

/** Those that sign with a key which is not known to who checks. Source: https://www.rfc-editor.org/rfc/rfc7518#section-3.1 */
export const tokenAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

const authSchema = z.strictObject({
  kind: z
    .enum(['none', 'apiKey', 'bearer', 'basic'])
    .default('none')
    .describe(
      'none: anyone; apiKey: a key of the operator’s; bearer: a token (JWT) of his issuer; basic: a key as a password',
    ),
  scopes: z
    .array(z.string())
    .optional()
    .describe('What a key or a token has to allow, all of it; who lacks one is answered 403'),
  algorithms: z
    .array(z.enum(tokenAlgorithms))
    .min(1)
    .optional()
    .describe('Of bearer: how tokens may be signed; RS256 and ES256 when left out'),
});

const quotaSchema = z.strictObject({
  requests: z.int().positive().max(1_000_000_000).optional().describe('Requests'),
  tokens: z.int().positive().max(1_000_000_000_000).optional().describe('Tokens that model calls use'),
  usd: z.number().min(0.000001).max(1_000_000).optional().describe('US dollars that model calls cost'),
});

/** Who may come in, how often, and from whose pages: what `httpEndpoint` has in its config besides what it takes. */
export const doorFields = {
  auth: authSchema
    .optional()
    .describe('Who may ask; expressions read who it is as `caller`')
    .register(formHints, { group: 'Access' }),
  rateLimit: z
    .strictObject({
      per: z
        .enum(['caller', 'address'])
        .optional()
        .describe('Whose requests count together; the caller’s where there is auth, else the address’s'),
      minute: quotaSchema.optional().describe('The most in a minute'),
      day: quotaSchema.optional().describe('The most in a day'),
      whenUncounted: z
        .enum(['refuse', 'allow'])
        .default('refuse')
        .describe('Whether requests pass while Redis cannot count'),
    })
    .optional()
    .describe('How much a caller may use; beyond that he is answered 429')
    .register(formHints, { group: 'Access' }),
  cors: z
    .strictObject({
      headers: z.array(z.string()).default([]).describe('Request headers of your own that pages may send'),
      credentials: z.boolean().default(false).describe('Whether browsers send cookies and the like by themselves'),
      maxAgeSeconds: z.int().min(0).max(86_400).default(600).describe('How long browsers keep the permission'),
    })
    .optional()
    .describe('Lets pages of other origins ask; which, the operator says in CORS_ORIGINS')
    .register(formHints, { group: 'Access' }),
};
