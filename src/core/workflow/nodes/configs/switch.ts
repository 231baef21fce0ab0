import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import { asExpression, defineNode, type Handle } from '../definition.ts';
import { asText } from '../summary.ts';

const defaultHandle: Handle = { id: 'default', name: 'Default', type: 'conditional' };

const switchCase = z.strictObject({
  id: z
    .string()
    .describe('The handle along which the run goes on: a letter, then letters, digits, _ or -')
    .register(formHints, { isPrimary: true }),
  equals: z
    .union([z.string(), z.number(), z.boolean(), z.null()])
    .optional()
    .describe('The case fits when `value` is this')
    .register(formHints, { isPrimary: true, insteadOf: 'when', from: () => '' }),
  when: templateString
    .optional()
    .describe('One expression; the case fits when it is true. false, null, 0, "", [] and {} count as false')
    .register(formHints, { isPrimary: true, insteadOf: 'equals', from: () => '{{ true }}' }),
});
export type SwitchCase = z.output<typeof switchCase>;

export const switchNode = defineNode({
  type: 'switch',
  category: 'logic',
  name: 'Switch',
  description: 'Goes on along the first case that fits, or along default',
  icon: 'Split',
  color: 'bg-amber-500',
  inputs: [{ id: 'input', name: 'Input', type: 'default' }],
  outputs: [defaultHandle],
  outputsFor: ({ cases }) => [...caseHandles(cases), defaultHandle],
  defaultConfig: { value: '{{ input.message }}', cases: [{ id: 'first', equals: 'first' }] },
  configSchema: z.strictObject({
    value: templateString
      .optional()
      .describe('One expression, worked out once, that the cases with `equals` compare')
      .register(formHints, { isPrimary: true }),
    cases: z
      .array(switchCase)
      .min(1)
      .max(500)
      .describe('Tried one after the other; each has a handle by its id')
      .register(formHints, { isPrimary: true }),
  }),
  awaits: false,
  supportsStreaming: false,
  newId: 'pick',
  newConfig: ({ value }) => ({ value: asExpression(value), cases: [{ id: 'first', equals: 'first' }] }),
  summary: ({ value }) => asText(value).replace(/^\{\{\s*(.*?)\s*\}\}$/s, '$1'),
  role: 'step',
  values: () => ({}),
  // Its handles.
  shared: ({ cases }) => cases.map(({ id }) => id),
  ways: (_connected, { cases }) => [...cases.map(({ id }) => [id]), ['default']],
});

/** The handles of cases that may be half written. */
function caseHandles(cases: unknown): readonly Handle[] {
  const ids = Array.isArray(cases) ? cases.map(idOf) : [];
  return [...new Set(ids)].flatMap((id) =>
    id === undefined || id === 'default' ? [] : [{ id, name: id, type: 'conditional' as const }],
  );
}

function idOf(given: unknown): string | undefined {
  const isCase = typeof given === 'object' && given !== null && 'id' in given;
  return isCase && typeof given.id === 'string' && given.id !== '' ? given.id : undefined;
}
