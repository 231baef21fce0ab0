import { error, listed, quoted, warning } from '../entry.ts';

/** Workflows that clients of OpenAI's API ask as models. */
export const servedModelCodes = {
  'invalid-served-model': error<{ model: string }>({
    message: ({ model }) => `${quoted(model)} cannot be the name of a model.`,
    why: 'Clients send the name in requests, and it is part of a URL.',
    whatToDo:
      'Use 1 to 128 letters, digits, `.`, `_`, `-`, `:` and single `/`, starting and ending with a letter or digit.',
  }),
  'unfilled-served-input': error<{ name: string; sources: readonly string[] }>({
    message: ({ name }) => `The input ${quoted(name)} is required, and nothing says what of a client’s request it is.`,
    hint: ({ name, sources }) => `Add ${quoted(name)} to \`openai.input\`: an expression with ${listed(sources)}.`,
    why: 'A client of OpenAI’s API sends messages, and no inputs of a workflow.',
    whatToDo:
      'Say it in `openai.input`, such as `{"question": "{{ input.text }}"}`, give the input a default, or name it `message`.',
  }),
  'unknown-served-input': error<{ name: string; known: readonly string[] }>({
    message: ({ name }) => `\`openai.input\` gives ${quoted(name)}, which is no input of the workflow.`,
    hint: ({ known }) => (known.length === 0 ? 'The workflow has no inputs.' : `The inputs are ${listed(known)}.`),
    why: 'Whatever it gives, no node could read it.',
    whatToDo: 'Correct the name, or add the input to `inputSchema`.',
  }),
  'unreadable-in-served-input': error<{ read: string }>({
    message: ({ read }) => `${quoted(read)} cannot be read in \`openai.input\`.`,
    hint: () => 'Read it where a node needs it; here `input` is the request of the client.',
    why: 'The input is made before the run begins, of the request alone.',
    whatToDo: 'Use `input.text`, `input.messages` or another part of the request.',
  }),
  'served-path-taken': error<{ path: string }>({
    message: ({ path }) => `The path ${quoted(path)} is OpenAI’s, which this workflow serves as well.`,
    why: 'Requests of OpenAI’s clients would come to the endpoint.',
    whatToDo: 'Choose a path that does not begin with `/v1/`.',
  }),
  'invalid-served-tool': error<{ tool: string }>({
    message: ({ tool }) => `${quoted(tool)} cannot be the name of a tool.`,
    why: 'Models and headers have to take the name.',
    whatToDo: 'Use 1 to 64 letters, digits, `_` and `-`.',
  }),
  'undescribed-served-tool': warning<{ tool: string }>({
    message: ({ tool }) => `Nothing says what the tool ${quoted(tool)} does.`,
    why: 'A model decides by the description whether to call a tool.',
    whatToDo: 'Give `mcp` a `description`, or the workflow one.',
  }),
  'conversation-without-history': error<Record<string, never>>({
    message: () => 'A connection is to be a conversation, and the input takes nothing of what was said.',
    hint: () => 'Add `history`, a list of objects, beside the text that is said, `message`.',
    why: 'What was said on the connection goes to the workflow as an input.',
    whatToDo: 'Give `inputSchema` a text and a list named `history` (or `messages`), or remove `conversation`.',
  }),
  'unserved-caller-tools': warning<{ node: string }>({
    message: ({ node }) => `${quoted(node)} takes functions of the caller, and no caller can send any.`,
    hint: () => 'Add `openai` to the trigger, or remove `callerTools`.',
    why: 'Only clients of OpenAI’s API send functions, with `tools`.',
    whatToDo: 'Serve the workflow as a model, or remove `callerTools`.',
  }),
} as const;
