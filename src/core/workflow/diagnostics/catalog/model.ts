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
