import { error, listed, quoted } from '../entry.ts';

/** JSON Schemas of inputs and function parameters. */
export const schemaCodes = {
  'input-schema-not-object': error<{ found: string }>({
    message: ({ found }) => `The input of an endpoint must be described as an object, not as ${found}.`,
    why: 'Expressions read the input by its names: `input.message`.',
    whatToDo: 'Write `{ "type": "object", "properties": { … } }`.',
  }),
  'non-scalar-query-input': error<{ method: string; property: string }>({
    message: ({ method, property }) =>
      `${method} takes its input from the query of the URL, which cannot carry ${quoted(property)}: it is no single value.`,
    why: 'A query holds texts, numbers and booleans by name, not objects or lists.',
    whatToDo: 'Use POST, or give the property the type string, number, integer or boolean.',
  }),
  'required-undeclared-property': error<{ property: string; known: readonly string[] }>({
    message: ({ property }) =>
      `\`required\` names the property ${quoted(property)}, which \`properties\` does not have.`,
    hint: ({ known }) => (known.length === 0 ? 'Declare it in `properties`.' : `The properties are ${listed(known)}.`),
    why: 'A required property without a type could hold anything, which is mostly a misspelling.',
    whatToDo: 'Declare the property, or correct the name.',
  }),
  'default-mismatch': error<{ keyword: string; value: string; problem: string }>({
    message: ({ keyword, value, problem }) => `The ${keyword} value ${value} does not fit its own schema: ${problem}.`,
    why: 'The value would be refused wherever it is used.',
    whatToDo: 'Change the value or the schema.',
  }),
  'empty-range': error<{ low: string; high: string; lowValue: number; highValue: number }>({
    message: ({ low, high, lowValue, highValue }) =>
      `No value fits: \`${low}\` is ${lowValue}, \`${high}\` is ${highValue}.`,
    why: 'Every request would be refused.',
    whatToDo: 'Correct one of the two limits.',
  }),
  'invalid-pattern': error<{ pattern: string; problem: string }>({
    message: ({ pattern, problem }) => `The pattern ${quoted(pattern)} cannot be used: ${problem}.`,
    why: 'Patterns are checked by Python’s Pydantic, which has no look-around and no back-references, so that no text can stall it.',
    whatToDo: 'Correct the regular expression; look-around and back-references are not available.',
  }),
  'misplaced-schema-keyword': error<{ keyword: string; types: string; belongsTo: string }>({
    message: ({ keyword, types, belongsTo }) => `\`${keyword}\` says nothing about ${types}; it is for ${belongsTo}.`,
    why: 'The keyword would be ignored, and values would pass that it was meant to stop.',
    whatToDo: 'Remove the keyword, or correct the type.',
  }),
  'schema-too-deep': error<{ limit: number }>({
    message: ({ limit }) => `The schema is nested more than ${limit} levels deep.`,
    why: 'Each level becomes a Python class; models and readers lose track long before.',
    whatToDo: 'Flatten the schema.',
  }),
  'invalid-property-name': error<{ name: string }>({
    message: ({ name }) =>
      name === '' ? 'A property has no name.' : `${quoted(name)} cannot be the name of a property.`,
    why: 'Expressions and Python code have to be able to name the property.',
    whatToDo: 'Use a name of 1 to 100 characters.',
  }),
} as const;
