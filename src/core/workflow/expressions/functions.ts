import type { JsonSchema } from '../jsonSchema.ts';
import type { FunctionName } from './syntax.ts';

interface FunctionDefinition {
  readonly gives: JsonSchema;
  readonly description: string;
}

/** Every function of the expression language. */
export const functions: Readonly<Record<FunctionName, FunctionDefinition>> = {
  now: {
    gives: { type: 'string', format: 'date-time' },
    description: 'The time in UTC as ISO 8601 has it: 2026-01-31T12:00:00.000000+00:00',
  },
  uuid: { gives: { type: 'string', format: 'uuid' }, description: 'A new random UUID (version 4)' },
  random: { gives: { type: 'number' }, description: 'A random number from 0 up to, but not including, 1' },
};
