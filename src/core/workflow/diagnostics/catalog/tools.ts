import { error, listed, quoted, warning } from '../entry.ts';

/** Tools: how they are declared, and the Python functions that are connected as such. */
export const toolCodes = {
  'functions-and-tools': error<{ node: string; isConnected: boolean }>({
    message: ({ node, isConnected }) =>
      isConnected
        ? `${quoted(node)} has \`functions\`, and nodes that are connected as tools.`
        : `${quoted(node)} has both \`functions\` and \`tools\`.`,
    why: 'The API takes one of the two in a request.',
    whatToDo: 'Write all of them as `tools`.',
  }),
  'function-call-with-tools': error<{ node: string }>({
    message: ({ node }) =>
      `${quoted(node)} sets \`functionCall\`, but has \`tools\`; they are chosen with \`toolChoice\`.`,
    why: 'The API refuses `function_call` without `functions`.',
    whatToDo: 'Use `toolChoice`.',
  }),
  'tool-choice-without-tools': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} sets \`toolChoice\`, but has no tools.`,
    why: 'The API refuses `tool_choice` without `tools`.',
    whatToDo: 'Declare the tools in `tools`, connect functions or workflows, or remove this.',
  }),
  'misplaced-tool-edge': error<{ source: string; sourceHandle: string; target: string }>({
    message: ({ source, sourceHandle, target }) =>
      `${quoted(target)} is offered as a tool to \`${source}.${sourceHandle}\`, which calls none.`,
    why: 'A model calls its tools through the handle `function_call`.',
    whatToDo: 'Begin the edge at the handle `function_call` of a model, or let it end at the handle `input`.',
  }),
  'edge-out-of-tool': error<{ node: string; target: string }>({
    message: ({ node, target }) =>
      `Edge leads from ${quoted(node)} to ${quoted(target)}, but ${quoted(node)} is a tool: it runs only when a model calls it.`,
    why: 'The result of a tool goes back to the model, so nothing behind it would ever run.',
    whatToDo: 'Let the edge leave the model instead, or lead a run to the node as a step as well.',
  }),
  'duplicate-tool-name': error<{ name: string; other: string; node: string }>({
    message: ({ name, other, node }) =>
      `The model of ${quoted(node)} is offered ${quoted(name)} twice: ${other} one too.`,
    why: 'The model could not tell the two apart.',
    whatToDo: 'Rename one of the functions or workflows.',
  }),
  'args-on-tool': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} is a tool, so its arguments come from the model; \`args\` has no place.`,
    why: 'The model decides when a tool is called and with what.',
    whatToDo: 'Remove `args`; all that a tool is given comes from the model.',
  }),
  'untyped-tool-parameter': error<{ name: string; parameters: readonly string[] }>({
    message: ({ name, parameters }) => `The tool ${quoted(name)} does not say the type of ${listed(parameters)}.`,
    hint: ({ parameters }) => `Annotate it: \`${parameters[0] ?? ''}: str\`.`,
    why: 'The model is told what to pass by the types of the parameters, and what it passes is checked against them.',
    whatToDo: 'Annotate every parameter.',
  }),
  'unnamed-tool-parameter': error<{ name: string; parameter: string; isPositional: boolean }>({
    message: ({ name, parameter, isPositional }) =>
      isPositional
        ? `The tool ${quoted(name)} takes ${quoted(parameter)} by its position only.`
        : `The tool ${quoted(name)} takes ${quoted(parameter)}, which has no names of its own.`,
    why: 'A model passes arguments by name.',
    whatToDo: 'Give the function parameters that can be passed by name.',
  }),
  'tool-without-docstring': warning<{ name: string }>({
    message: ({ name }) => `The tool ${quoted(name)} has no docstring.`,
    why: 'The docstring tells the model what the tool does and when to call it, and what its parameters mean.',
    whatToDo: 'Write a docstring: `"""Finds an order by its number."""`.',
  }),
} as const;
