import { error, listed, quoted, warning } from '../entry.ts';

/** Nodes that make something else of values, and those around them. */
export const transformCodes = {
  'condition-value': error<{ operator: string; takesValue: boolean }>({
    message: ({ operator, takesValue }) =>
      takesValue ? `${quoted(operator)} needs a \`value\`.` : `${quoted(operator)} takes no \`value\`.`,
    why: 'Nothing could be compared, or what is written would count for nothing.',
    whatToDo: 'Give the condition a `value`; `exists` and `missing` take none.',
  }),
  'no-such-field': error<{ field: string; known: readonly string[] }>({
    message: ({ field }) => `There is no field ${quoted(field)}.`,
    hint: ({ known }) => (known.length === 0 ? 'There are no fields.' : `There are ${listed(known)}.`),
    why: 'By its schema the object, or an item of the list, never has it.',
    whatToDo: 'Take a field that is there.',
  }),
  'field-without-order': error<{ field: string; type: string }>({
    message: ({ field, type }) => `${quoted(field)} is ${type}, which has no order.`,
    why: 'Only numbers, and texts, come before or after each other.',
    whatToDo: 'Sort by a field that holds numbers or texts.',
  }),
  'rename-clash': error<{ name: string }>({
    message: ({ name }) => `Two fields would be called ${quoted(name)}.`,
    why: 'One of them would be lost.',
    whatToDo: 'Give each field a name of its own.',
  }),
  'aggregate-field': error<{ operation: string }>({
    message: ({ operation }) =>
      operation === 'count'
        ? '`count` counts the items and takes no `field`.'
        : `${quoted(operation)} needs a \`field\`.`,
    why: 'All other operations work on a field of each item.',
    whatToDo: 'Name the field. To count items that have one, keep them with `filterArray` and `exists` first.',
  }),
  'aggregate-name': error<{ name: string }>({
    message: ({ name }) => `${quoted(name)} is already the name of the field that groups.`,
    why: 'The result would have two values under one name.',
    whatToDo: 'Take another name.',
  }),
  'invalid-jmespath': error<{ problem: string }>({
    message: ({ problem }) => `This is no JMESPath expression: ${problem}.`,
    why: 'The service could not be started.',
    whatToDo: 'Correct it; https://jmespath.org has a tutorial and tries expressions.',
  }),
  'template-in-jmespath': error<object>({
    message: () => 'A value is written into the JMESPath expression.',
    hint: () => 'Put it into `value`, as in `{"items": …, "wanted": …}`, and read it there.',
    why: 'Whoever fills in the value could write an expression of his own.',
    whatToDo: 'Hand the value over beside the others: `value` may be an object.',
  }),
  'invalid-metric': error<{ name: string }>({
    message: ({ name }) => `${quoted(name)} cannot be the name of a metric.`,
    why: 'OpenTelemetry takes letters, digits and `_ . - /`, a letter first, at most 255.',
    whatToDo: 'Write a name such as `shop.orders`.',
  }),
  'falling-counter': error<{ value: number }>({
    message: ({ value }) => `A counter cannot go down, by ${value}.`,
    why: 'A counter only adds up.',
    whatToDo: 'Take `"kind": "gauge"`, which holds the last value.',
  }),
  'invalid-secret': error<{ name: string }>({
    message: ({ name }) => `${quoted(name)} cannot be the name of a secret.`,
    why: 'The secret is the environment variable SECRET_ and the name in capitals.',
    whatToDo: 'Name it with lower-case letters, digits and `_`, a letter first.',
  }),
  'nothing-edited': warning<object>({
    message: () => 'Nothing is set, renamed or removed.',
    why: 'The node gives what it takes.',
    whatToDo: 'Say what is to change in `set`, `rename` or `remove`, or leave the node out.',
  }),
} as const;
