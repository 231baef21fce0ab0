import * as z from 'zod';

import { formHints } from '../../formHints.ts';

/** A mark: what stands before it, and what carries it, is cached. */
export const cacheControlShape = {
  cacheControl: z
    .union([
      z.literal(true),
      z.strictObject({ ttl: z.enum(['5m', '1h']) }).register(formHints, { title: 'For a time of its own' }),
    ])
    .optional()
    .describe('Claude caches the prompt up to here; four places at most, in the place of what `cache` would choose'),
};

/** Of a provider whose prompt cache has to be asked for. */
export const cacheShape = {
  cache: z
    .union([
      z.enum(['auto', 'off']),
      z.strictObject({ ttl: z.enum(['5m', '1h']) }).register(formHints, { title: 'The whole prompt, for' }),
    ])
    .default('auto')
    .describe('What of the prompt is cached; auto: what is likely to be sent again, where it is long enough')
    .register(formHints, { group: 'More' }),
};
