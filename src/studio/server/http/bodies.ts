import { bodyLimit } from 'hono/body-limit';

import type { Refusal } from '../../protocol/index.ts';

/** Of a body with the text of a file in it, and of every other. */
export const mostTextBytes = 8_000_000;
export const mostBytes = 1_000_000;

/** Refuses a body that is larger, whether or not it says so. */
export function limitBody(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError(context) {
      const refusal: Refusal = {
        code: 'too_large',
        message: `This is more than ${maxSize / 1_000_000} MB.`,
        hint: 'Split the workflow into several that call each other.',
      };
      return context.json(refusal, 413);
    },
  });
}
