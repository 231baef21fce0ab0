import { error, quoted } from '../entry.ts';

/** Values that the API refuses, whatever the model. */
export const requestCodes = {
  'value-out-of-range': error<{ parameter: string; value: number; low: number; high: number }>({
    message: ({ parameter, value, low, high }) =>
      `\`${parameter}\` is ${value}, which lies outside of ${low} to ${high}.`,
    why: 'The API refuses other values with a 400.',
    whatToDo: 'Use a value within the range.',
  }),
  'thinking-budget-too-large': error<{ budget: number; limit: number }>({
    message: ({ budget, limit }) =>
      `The model may think for ${budget} tokens, and \`maxTokens\` is ${limit}, thinking included.`,
    why: 'The API refuses a budget that leaves nothing for an answer with a 400.',
    whatToDo: 'Raise `maxTokens` above the budget, or lower the budget.',
  }),
  'invalid-token-id': error<{ token: string }>({
    message: ({ token }) => `${quoted(token)} is not the id of a token.`,
    why: '`logitBias` goes by the numbers that the tokenizer gives to tokens, not by words.',
    whatToDo: 'Look the token’s number up with a tokenizer of the model.',
  }),
  'too-many-stops': error<{ count: number; limit: number }>({
    message: ({ count, limit }) => `\`stop\` has ${count} texts; the API takes at most ${limit}.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Keep the texts that matter most.',
  }),
  'top-logprobs-alone': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} sets \`topLogprobs\`, but \`logprobs\` is not true.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Set `"logprobs": true`, or remove `topLogprobs`.',
  }),
  'metadata-limit': error<{ problem: string }>({
    message: ({ problem }) => `The API refuses \`metadata\`: ${problem}.`,
    why: 'Metadata has at most 16 entries, with keys of up to 64 and values of up to 512 characters.',
    whatToDo: 'Shorten the metadata.',
  }),
  'not-in-responses': error<{ parameter: string; node: string; isChosen: boolean }>({
    message: ({ parameter, node, isChosen }) =>
      isChosen
        ? `The Responses API has no \`${parameter}\`.`
        : `\`${parameter}\` cannot be sent: the model of ${quoted(node)} is called by the Responses API here, which does not have it.`,
    hint: ({ isChosen }) =>
      isChosen
        ? 'Remove the parameter, or set `"api": "chat"`.'
        : 'Remove the parameter, or choose a model that Chat Completions takes with this config.',
    why: 'The Responses API refuses parameters that it does not know with a 400.',
    whatToDo: 'Remove the parameter.',
  }),
  'invalid-schema-name': error<{ name: string }>({
    message: ({ name }) => `${quoted(name)} cannot be the name of a schema.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Use 1 to 64 letters, digits, _ and -.',
  }),
  'answer-not-object': error<{ found: string }>({
    message: ({ found }) => `The answer must be described as an object, not as ${found}.`,
    why: 'The API takes a schema of `"type": "object"` only, without alternatives at its top.',
    whatToDo:
      'Put it into a property: `{ "type": "object", "required": ["result"], "properties": { "result": { … } } }`.',
  }),
  'not-strict-schema': error<{ problem: string; more: number; isFixable: boolean }>({
    message: ({ problem, more }) =>
      `Strict mode refuses the schema: ${problem}${more === 0 ? '' : `, and ${more} more`}.`,
    hint: ({ isFixable }) =>
      isFixable
        ? 'Normalise the schema, or leave `strict` out.'
        : 'Change the schema, or leave `strict` out: the answer is still checked against it.',
    why: 'With `"strict": true` the API takes only closed objects whose properties are all required, and few keywords.',
    whatToDo: 'Normalise the schema, or leave `strict` out: what is sent is then strict where it can be.',
  }),
  'cache-mark-refused': error<{ node: string; provider: string }>({
    message: ({ node, provider }) =>
      `${quoted(node)} sends a \`cacheControl\`, which ${provider} does not take: it caches prompts by itself.`,
    why: 'The API refuses a member of a message that it does not know.',
    whatToDo: 'Remove it, or ask Claude. Messages for both are two prompts, one with the marks.',
  }),
  'too-many-cache-marks': error<{ node: string; count: number }>({
    message: ({ node, count }) => `${quoted(node)} sends ${count} marks of \`cacheControl\`; the API takes four.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Keep those at the ends of what stays the same; each covers all that stands before it.',
  }),
} as const;
