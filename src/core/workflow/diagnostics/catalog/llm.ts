import { counted, error, listed, quoted, warning } from '../entry.ts';

/** Models, messages and functions. */
export const llmCodes = {
  'missing-messages': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} sends nothing: it has neither \`messages\` nor a \`prompt\`.`,
    why: 'The model needs at least one message.',
    whatToDo:
      'Add `"prompt": "{{ input.message }}"`, or `"messages": "{{ nodes.ID.output }}"` with a promptTemplate node.',
  }),
  'messages-and-prompt': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} has both \`messages\` and a \`prompt\`.`,
    why: 'The prompt is short for one user message; with messages there is no telling where it would go.',
    whatToDo: 'Remove the prompt, or add it to the messages.',
  }),
  'empty-message': warning<{ name: string }>({
    message: ({ name }) => `${name} is empty.`,
    why: 'An empty message costs tokens and says nothing; some models refuse it.',
    whatToDo: 'Write the text, or remove the message.',
  }),
  'tool-message-without-call': error<{ index: number; node: string }>({
    message: ({ index, node }) =>
      `Message ${index} of ${quoted(node)} is of the role \`tool\`, but does not say which call it answers.`,
    why: 'The API refuses a tool message without `tool_call_id` with a 400.',
    whatToDo: 'Set `toolCallId` to the id of the call.',
  }),
  'part-of-wrong-role': error<{ part: string; role: string; index: number; node: string }>({
    message: ({ part, role, index, node }) =>
      `Message ${index} of ${quoted(node)} has ${part}, which a message of the role \`${role}\` cannot have.`,
    why: 'The API takes images and files in the messages of users only.',
    whatToDo: 'Give the message the role `user`.',
  }),
  'file-without-content': error<{ index: number; node: string }>({
    message: ({ index, node }) => `Message ${index} of ${quoted(node)} has a file without content.`,
    why: 'The API wants either the id of an uploaded file, or the file itself with its name.',
    whatToDo: 'Set `fileId`, or `fileData` with `filename`.',
  }),
  'temperature-out-of-range': error<{ value: number; low: number; high: number }>({
    message: ({ value, low, high }) => `The temperature ${value} lies outside of ${low} to ${high}.`,
    hint: ({ low, high }) => `Use a value from ${low} (focused) to ${high} (random).`,
    why: 'The API refuses other values with a 400.',
    whatToDo: 'Use a value from 0 (focused) to 2 (random).',
  }),
  'fixed-temperature': warning<{ model: string; value: number; effort: string | undefined }>({
    message: ({ model, value, effort }) =>
      effort === undefined
        ? `The model ${quoted(model)} does not take a temperature of ${value}; only its default, 1.`
        : `The model ${quoted(model)} does not take a temperature of ${value} while it reasons (its effort here is ${quoted(effort)}).`,
    why: 'Reasoning models refuse the request with a 400.',
    whatToDo: 'Remove `temperature`, or choose a model that takes it.',
  }),
  'max-tokens-too-large': warning<{ model: string; value: number; limit: number }>({
    message: ({ model, value, limit }) =>
      `\`maxTokens\` is ${value.toLocaleString('en')}, but ${quoted(model)} writes at most ${limit.toLocaleString('en')} tokens.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Lower `maxTokens`, or leave it out.',
  }),
  'unknown-base-model': error<{ base: string }>({
    message: ({ base }) => `The base model ${quoted(base)} is not known.`,
    why: 'What the deployment takes and costs goes by its base model.',
    whatToDo: 'Name a model that `catalyst models --all` lists.',
  }),
  'contradicting-base-model': warning<{ base: string; model: string }>({
    message: ({ base, model }) =>
      `\`baseModel\` says that ${quoted(model)} stands for ${quoted(base)}, but that is the name of another model.`,
    why: 'Checks, limits and prices go by the base model. At the provider itself the name means the other one; only a deployment can differ.',
    whatToDo: 'Remove `baseModel`, or correct it. A deployment is better not called like another model.',
  }),
  'retired-model': warning<{ provider: string; model: string; date: string; replacement: string }>({
    message: ({ provider, model, date, replacement }) =>
      `${provider} retired the model ${quoted(model)} on ${date}; its replacement is ${quoted(replacement)}.`,
    why: 'The provider answers with an error. Azure and compatible servers may still offer the model, so this is no error.',
    whatToDo: 'Use the replacement.',
  }),
  'retiring-model': warning<{ provider: string; model: string; date: string; replacement: string }>({
    message: ({ provider, model, date, replacement }) =>
      `${provider} will retire the model ${quoted(model)} on ${date}; its replacement is ${quoted(replacement)}.`,
    why: 'From that day on the provider answers with an error.',
    whatToDo: 'Change to the replacement before that day.',
  }),
  'unavailable-model': warning<{ provider: string; model: string; replacement: string }>({
    message: ({ provider, model, replacement }) =>
      `${provider} serves no model ${quoted(model)}; use ${quoted(replacement)}.`,
    why: 'The provider answers with an error. A compatible server may have a model of this name, so this is no error.',
    whatToDo: 'Use the replacement.',
  }),
  'unknown-model': warning<{ model: string }>({
    message: ({ model }) => `The model ${quoted(model)} is not known.`,
    why: 'Nothing can be checked about it: neither its limits nor what it takes, nor what it costs. A misspelt name the API refuses.',
    whatToDo:
      'Correct the name. For a deployment or an alias, say in `baseModel` what it stands for; for a model of another server, ignore this.',
  }),
  'invalid-function-name': error<{ name: string }>({
    message: ({ name }) => `${quoted(name)} cannot be the name of a function.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Use 1 to 64 letters, digits, _ and -.',
  }),
  'duplicate-function-name': error<{ name: string; line: number }>({
    message: ({ name, line }) => `The function ${quoted(name)} is declared in line ${line} already.`,
    why: 'The model could not tell the two apart.',
    whatToDo: 'Rename or remove one of the two.',
  }),
  'unknown-function': error<{ parameter: 'functionCall' | 'toolChoice'; name: string; known: readonly string[] }>({
    message: ({ parameter, name }) =>
      parameter === 'functionCall'
        ? `\`functionCall\` names the function ${quoted(name)}, which is not among \`functions\`.`
        : `\`toolChoice\` names the tool ${quoted(name)}, which is not declared.`,
    hint: ({ parameter, known }) => `The ${parameter === 'functionCall' ? 'functions' : 'tools'} are ${listed(known)}.`,
    why: 'The API refuses the request with a 400.',
    whatToDo: 'Declare the function, or name another one.',
  }),
  'function-call-without-functions': error<{ node: string; where: 'config' | 'edge' }>({
    message: ({ node, where }) =>
      where === 'config'
        ? `${quoted(node)} sets \`functionCall\`, but has no functions.`
        : `The handle \`function_call\` of ${quoted(node)} is connected, but the model has no functions to call.`,
    why: 'Without functions the model can call none, and the API refuses `function_call` without `functions`.',
    whatToDo: 'Declare the functions in `functions`, or remove this.',
  }),
  'unanswered-function-call': warning<{ node: string; functions: readonly string[] }>({
    message: ({ node, functions }) =>
      `When the model of ${quoted(node)} calls ${listed(functions, 'or')}, nothing follows.`,
    why: 'The model answers with a call instead of text, `content` is null, and neither an edge nor an expression takes the call.',
    whatToDo: 'Connect the handle `function_call`, or read `nodes.ID.output.tool_calls` in a response.',
  }),
  'parameters-not-object': error<{ name: string; found: string }>({
    message: ({ name, found }) => `The parameters of ${quoted(name)} must be described as an object, not as ${found}.`,
    why: 'A model calls functions with named arguments, so the API wants a schema of `"type": "object"`, without alternatives at its top.',
    whatToDo: 'Write `{ "type": "object", "properties": { … } }`; alternatives go into a property.',
  }),
  'json-mode-without-json-word': error<{ node: string; messages: number }>({
    message: ({ node, messages }) =>
      `${quoted(node)} asks for JSON, but ${messages === 1 ? 'its message does' : `its ${counted(messages, 'message')} do`} not have the word “JSON”.`,
    why: 'In JSON mode the API refuses requests in which no message has the word JSON.',
    whatToDo: 'Say it in the system message: “Answer in JSON with the keys …”.',
  }),
  'json-mode-may-lack-json-word': warning<{ node: string }>({
    message: ({ node }) =>
      `${quoted(node)} asks for JSON, but no message has the word “JSON” unless a value brings it along.`,
    why: 'In JSON mode the API refuses requests in which no message has the word JSON.',
    whatToDo: 'Say it in the system message: “Answer in JSON with the keys …”.',
  }),
  'refused-parameter': error<{ provider: string; parameter: string }>({
    message: ({ provider, parameter }) => `${provider} does not take ${quoted(parameter)}.`,
    why: 'The provider refuses the request with a 400, or passes over the parameter without a word.',
    whatToDo: 'Remove the parameter from `extra`, or ask a provider that takes it.',
  }),
  'refused-participant-name': error<{ provider: string; node: string }>({
    message: ({ provider, node }) =>
      `${quoted(node)} sends a message with a \`name\`, which ${provider} does not take.`,
    why: 'The provider refuses the request with a 400.',
    whatToDo: 'Remove the name; say in the text of the message who speaks.',
  }),
  'refused-file': error<{ provider: string; node: string }>({
    message: ({ provider, node }) => `${quoted(node)} sends a file, which ${provider} does not take.`,
    why: 'The provider refuses the request with a 400.',
    whatToDo: 'Send the text of the file, or ask a model of a provider that reads files, such as OpenAI or Claude.',
  }),
  'raw-reasoning-refused': error<{ provider: string; besides: string }>({
    message: ({ provider, besides }) => `${provider} does not take \`reasoningFormat\` "raw" together with ${besides}.`,
    why: 'What the model thinks would stand in the text of its answer, so the provider refuses the request with a 400.',
    whatToDo: 'Use `parsed`, which puts it into `reasoning`, or `hidden`.',
  }),
  'invalid-server-name': error<{ name: string }>({
    message: ({ name }) => `${quoted(name)} is no name of a server.`,
    why: 'The name becomes a part of the variables that hold the address and the key, so it has letters, digits, `_` and `-` only.',
    whatToDo: 'Write a name such as `ollama`; where the server is, its operator says in `NAME_BASE_URL`.',
  }),
  'server-has-node': error<{ name: string; provider: string; type: string }>({
    message: ({ name, provider, type }) =>
      `${provider} (${quoted(name)}) is asked by a node of its own, ${quoted(type)}.`,
    why: 'That node knows the models, what they refuse, and where the key may be sent.',
    whatToDo: 'Change the type of the node, or give a server of your own another name.',
  }),
} as const;
