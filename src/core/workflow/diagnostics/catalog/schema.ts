import type { ReferenceProblem } from '../../schemaReferences.ts';
import { error, listed, quoted, warning } from '../entry.ts';

/** JSON Schemas of inputs and function parameters. */
export const schemaCodes = {
  'input-schema-not-object': error<{ found: string }>({
    message: ({ found }) => `The input of an endpoint must be described as an object, not as ${found}.`,
    why: 'Expressions read the input by its names: `input.message`.',
    whatToDo: 'Write `{ "type": "object", "properties": { … } }`.',
  }),
  'non-scalar-query-input': error<{ carried: string; method: string; property: string }>({
    message: ({ carried, method, property }) =>
      carried === 'query'
        ? `${method} takes its input from the query of the URL, which cannot carry ${quoted(property)}: it is no single value.`
        : `A form cannot carry ${quoted(property)}: it is neither a single value nor a list of such.`,
    why: 'A query holds texts, numbers and booleans by name, not objects or lists; a form can have several of a name.',
    whatToDo: 'Take the input as JSON, or give the property the type string, number, integer or boolean.',
  }),
  'unusable-body': error<{ problem: string }>({
    message: ({ problem }) => `The body cannot be taken so: ${problem}.`,
    why: 'Files come with bodies of the kind `multipart` alone, and expressions read them beside the other properties of the input.',
    whatToDo: 'Correct what the message names; docs/http-api.md shows every kind of body.',
  }),
  'required-undeclared-property': error<{ property: string; known: readonly string[] }>({
    message: ({ property }) =>
      `\`required\` names the property ${quoted(property)}, which \`properties\` does not have.`,
    hint: ({ known }) => (known.length === 0 ? 'Declare it in `properties`.' : `The properties are ${listed(known)}.`),
    why: 'A required property without a type could hold anything, which is mostly a misspelling.',
    whatToDo: 'Declare the property, or correct the name.',
  }),
  'unsupported-schema-keyword': error<{ keyword: string; alternative: string }>({
    message: ({ keyword }) => `The JSON Schema keyword ${quoted(keyword)} is not supported.`,
    hint: ({ alternative }) => alternative,
    why: 'A keyword that is not understood would be ignored, and values would pass that it forbids.',
    whatToDo: 'Say it with the supported keywords, or check the value in a pythonFunction node.',
  }),
  'unknown-schema-keyword': warning<{ keyword: string }>({
    message: ({ keyword }) => `${quoted(keyword)} is no keyword of JSON Schema, and says nothing.`,
    why: 'No value is checked by it. A model is told of it as it stands.',
    whatToDo: 'Remove it, or begin its name with `x-` when it is meant for other readers.',
  }),
  'schema-reference': error<{ reference: string; problem: ReferenceProblem; known: readonly string[] }>({
    message: ({ reference, problem }) =>
      ({
        elsewhere: `The reference ${quoted(reference)} leads out of this schema.`,
        nowhere: `The reference ${quoted(reference)} leads to no schema.`,
        endless: `The reference ${quoted(reference)} leads back to itself without an end.`,
        far: `The reference ${quoted(reference)} leads on and on to others.`,
      })[problem],
    hint: ({ problem, known }) =>
      problem === 'endless'
        ? 'A schema may hold itself in `properties` or `items`, but not be itself.'
        : problem === 'far'
          ? 'Refer to the last of them.'
          : problem === 'nowhere' && known.length > 0
            ? `There are ${listed(known)}.`
            : 'Put the schema into `$defs`, and write `"$ref": "#/$defs/Name"`.',
    why: 'Nothing is fetched from elsewhere, and what a reference leads to has to be there.',
    whatToDo: 'Put the schema into `$defs`, and write `"$ref": "#/$defs/Name"`.',
  }),
  'misleading-default': warning<{ keyword: string; value: string; problem: string }>({
    message: ({ keyword, value, problem }) => `The ${keyword} value ${value} does not fit its own schema: ${problem}.`,
    why: 'The schema goes to the model as it is, which is told of a value that it must not give.',
    whatToDo: 'Change the value or the schema; for a default of null, allow null as a type.',
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
    why: 'Patterns of inputs become regular expressions of Python, which lacks some of what others have. What only a model is told has to be a regular expression of any kind.',
    whatToDo: 'Correct the regular expression; look-behind, back-references and `\\p{…}` are not available.',
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
  'too-many-references': error<{ count: number; limit: number }>({
    message: ({ count, limit }) => `The schema refers to ${count} other schemas, more than ${limit}.`,
    why: 'Each becomes a class of the generated code, or a part of one.',
    whatToDo: 'Keep what is needed of the definitions.',
  }),
  'invalid-property-name': error<{ name: string }>({
    message: ({ name }) =>
      name === '' ? 'A property has no name.' : `${quoted(name)} cannot be the name of a property.`,
    why: 'Expressions and Python code have to be able to name the property.',
    whatToDo: 'Use a name of 1 to 100 characters.',
  }),
} as const;
