import { listed, quoted, warning } from '../entry.ts';

/**
 * What the model that is named does not take. Warnings, because Azure and compatible servers may serve another model by the
 * name; `--strict` makes errors of them.
 */
export const modelCodes = {
  'unsupported-parameter': warning<{ model: string; parameter: string; effort: string | undefined }>({
    message: ({ model, parameter, effort }) =>
      effort === undefined
        ? `The model ${quoted(model)} does not take \`${parameter}\`.`
        : `The model ${quoted(model)} does not take \`${parameter}\` while it reasons (its effort here is ${quoted(effort)}).`,
    hint: ({ effort }) =>
      effort === undefined
        ? 'Remove the parameter, or choose a model that takes it.'
        : 'Remove the parameter, or set `reasoningEffort` to `none`.',
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Remove the parameter, or choose a model that takes it.',
  }),
  'unsupported-reasoning-effort': warning<{ model: string; effort: string; known: readonly string[] }>({
    message: ({ model, effort }) => `The model ${quoted(model)} has no reasoning effort ${quoted(effort)}.`,
    hint: ({ known }) => `Its efforts are ${listed(known)}.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Choose an effort that the model has.',
  }),
  'unsupported-thinking': warning<{ model: string; mode: string; modes: readonly string[] }>({
    message: ({ model, mode }) =>
      mode === 'off'
        ? `The model ${quoted(model)} thinks always; \`thinking\` cannot be off.`
        : `The model ${quoted(model)} does not take ${mode === 'budget' ? 'a budget for thinking' : `the thinking ${quoted(mode)}`}.`,
    hint: ({ modes }) =>
      `It takes ${listed(modes.map((mode) => (mode === 'budget' ? '{ "budgetTokens": … }' : mode)))}; \`effort\` says how much it does.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Choose a way of thinking that the model has, or leave `thinking` out.',
  }),
  'effort-without-thinking': warning<{ model: string; effort: string; most: string }>({
    message: ({ model, effort }) =>
      `The effort ${quoted(effort)} of ${quoted(model)} does not go with thinking that is off.`,
    hint: ({ most }) => `Set \`effort\` to ${quoted(most)} at most, or let it think.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Lower the effort, or let the model think.',
  }),
  'sampling-while-thinking': warning<{ model: string; parameter: string }>({
    message: ({ model, parameter }) => `The model ${quoted(model)} does not take \`${parameter}\` while it thinks.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Remove the parameter, or set `thinking` to `off`.',
  }),
  'forced-call-unsupported': warning<{ model: string }>({
    message: ({ model }) => `The model ${quoted(model)} cannot be made to call a function.`,
    why: 'The API refuses a choice of tools that forces a call with a 400.',
    whatToDo:
      'Leave the choice to the model and ask for the call in the prompt, or ask for JSON by a schema with `responseFormat`.',
  }),
  'forced-call-while-thinking': warning<{ model: string }>({
    message: ({ model }) => `The model ${quoted(model)} cannot be made to call a function while it thinks.`,
    why: 'The API refuses the two together with a 400.',
    whatToDo: 'Leave the choice to the model, or set `thinking` to `off`.',
  }),
  'prefill-unsupported': warning<{ model: string; node: string }>({
    message: ({ model, node }) =>
      `The last message of ${quoted(node)} is the assistant’s, which ${quoted(model)} does not go on with.`,
    why: 'The API wants a message of the user last, and refuses the request with a 400.',
    whatToDo: 'Say in a message of the user how the answer is to begin, or ask for JSON by a schema.',
  }),
  'late-instructions': warning<{ model: string; index: number; node: string }>({
    message: ({ model, index, node }) =>
      `Message ${index} of ${quoted(node)} is an instruction in the middle of the conversation, which ${quoted(model)} does not take.`,
    why: 'The model takes instructions before the conversation only; others are refused or not heeded.',
    whatToDo: 'Put the message at the start, or make it one of the user.',
  }),
  'tools-with-reasoning': warning<{ model: string; effort: string; isSet: boolean }>({
    message: ({ model, effort, isSet }) =>
      `Chat Completions takes no tools from ${quoted(model)} while it reasons${isSet ? '' : ', which it does unasked'} (its effort here is ${quoted(effort)}).`,
    why: 'Chat Completions refuses the request with a 400; the Responses API takes both.',
    whatToDo:
      'Leave `api` to `auto`, which then takes the Responses API, or set `reasoningEffort` to `none` where the model has it.',
  }),
  'model-needs-responses': warning<{ model: string }>({
    message: ({ model }) => `Chat Completions does not have the model ${quoted(model)}.`,
    why: 'It is served by the Responses API alone.',
    whatToDo: 'Leave `api` to `auto`, which then takes the Responses API.',
  }),
  'tools-unsupported': warning<{ model: string }>({
    message: ({ model }) => `The model ${quoted(model)} calls no functions.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Remove the functions, or choose a model that calls them.',
  }),
  'functions-sent-as-tools': warning<{ model: string }>({
    message: ({ model }) => `The model ${quoted(model)} takes no \`functions\`; they are sent as \`tools\`.`,
    why: 'The parameter is deprecated, and newer models refuse it.',
    whatToDo: 'Write them as `tools`; the two look alike.',
  }),
  'json-mode-unsupported': warning<{ model: string }>({
    message: ({ model }) => `The model ${quoted(model)} has no JSON mode.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Ask for JSON in the prompt, or choose a model that has JSON mode.',
  }),
  'json-schema-unsupported': warning<{ model: string; other: string }>({
    message: ({ model }) => `The model ${quoted(model)} cannot be held to a JSON schema.`,
    hint: ({ other }) =>
      other === 'json_object'
        ? 'Use `"responseFormat": "json_object"` and describe the JSON in the prompt, or choose another model.'
        : 'Describe the JSON in the prompt, or choose another model.',
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Use JSON mode, or choose another model.',
  }),
  'images-without-vision': warning<{ model: string; node: string }>({
    message: ({ model, node }) => `The model ${quoted(model)} of ${quoted(node)} cannot see images.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Remove the image, or choose a model that takes images.',
  }),
} as const;
