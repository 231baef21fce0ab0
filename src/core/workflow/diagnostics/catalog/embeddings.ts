import { error, quoted } from '../entry.ts';

/** Embeddings: who makes them, of what, and how long they are. */
export const embeddingCodes = {
  'missing-embedding-input': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} has no \`input\`, so that there is no text to make embeddings of.`,
    why: 'The provider refuses the request.',
    whatToDo: 'Add `"input": "{{ input.text }}"`, or a list of texts.',
  }),
  'empty-embedding-input': error<{ name: string }>({
    message: ({ name }) => `${name} is empty.`,
    why: 'Of an empty text no embedding is made: the API refuses it.',
    whatToDo: 'Write the text, or take it out of the list.',
  }),
  'makes-no-embeddings': error<{ provider: string; instead: string }>({
    message: ({ provider }) => `${provider} has no model that makes embeddings.`,
    hint: ({ instead }) => `Use ${quoted(instead)}, or another provider that has one.`,
    why: 'There is nothing to ask for.',
    whatToDo: 'Choose another provider.',
  }),
  'unsupported-dimensions': error<{ model: string; value: number; can: string; isFixed: boolean }>({
    message: ({ model, value, can, isFixed }) =>
      isFixed
        ? `The model ${quoted(model)} takes no \`dimensions\`: its embeddings have ${can} always.`
        : `An embedding of ${quoted(model)} has ${can} dimensions, not ${value.toLocaleString('en')}.`,
    why: 'The API refuses the request, or gives embeddings of another length than what they are stored in.',
    whatToDo: 'Choose a number that the model makes, leave it to the model with `null`, or take another model.',
  }),
  'batch-too-large': error<{ provider: string; value: number; limit: number }>({
    message: ({ provider, value, limit }) =>
      `\`batchSize\` is ${value.toLocaleString('en')}, but a request to ${provider} has at most ${limit.toLocaleString('en')} texts.`,
    why: 'The API refuses the request.',
    whatToDo: 'Lower `batchSize`; how long the list of texts is does not depend on it.',
  }),
  'unsupported-input-type': error<{ provider: string }>({
    message: ({ provider }) =>
      `${provider} makes the same embedding whatever a text is for, and takes no \`inputType\`.`,
    why: 'The API refuses a parameter that it does not know.',
    whatToDo: 'Remove `inputType`, or choose a provider that has it, such as `voyage`.',
  }),
} as const;
