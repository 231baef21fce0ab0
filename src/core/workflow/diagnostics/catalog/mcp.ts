import { error, listed, quoted, warning } from '../entry.ts';

/** Tools of MCP servers. */
export const mcpCodes = {
  'undeclared-mcp-server': error<{ name: string; known: readonly string[] }>({
    message: ({ name }) => `The file declares no MCP server ${quoted(name)}.`,
    hint: ({ known }) =>
      known.length === 0 ? 'Declare it: `"mcpServers": {"NAME": {}}`.' : `Declare it, or take ${listed(known, 'or')}.`,
    why: 'The service has to ask its operator where the server is.',
    whatToDo: 'Declare it in `mcpServers`.',
  }),
  'invalid-mcp-server': error<{ name: string; problem: string }>({
    message: ({ name, problem }) => `The MCP server ${quoted(name)} is wrong: ${problem}.`,
    why: 'Its variables and its lock file could not be named after it.',
    whatToDo: 'Names are lower-case letters, digits and _; the first is a letter.',
  }),
  'unused-mcp-server': warning<{ name: string }>({
    message: ({ name }) => `No model has tools of the MCP server ${quoted(name)}.`,
    why: 'The generated service asks its operator for the address of every declared server.',
    whatToDo: 'Remove it, or name it in the `mcp` of a node that asks a model.',
  }),
  'mcp-server-not-locked': error<{ name: string; file: string }>({
    message: ({ name, file }) =>
      `The tools of the MCP server ${quoted(name)} are not known: there is no ${quoted(file)}.`,
    hint: ({ name }) =>
      `Set \`MCP_${name.toUpperCase()}_URL\` and run \`catalyst mcp lock FILE\` with this file; it writes down which tools there are.`,
    why: 'What a workflow offers its models is decided when it is built, and not by a server later on.',
    whatToDo:
      'Set `MCP_NAME_URL`, and `MCP_NAME_TOKEN` where the server wants a token; run `catalyst mcp lock FILE`, look at what it wrote, and commit it.',
  }),
  'unusable-mcp-lock': error<{ name: string; file: string; problem: string }>({
    message: ({ file, problem }) => `${quoted(file)} cannot be used: ${problem.replace(/\.$/u, '')}.`,
    hint: () => 'Run `catalyst mcp lock FILE` with this file to write it anew.',
    why: 'It says what the tools are that a model is offered.',
    whatToDo: 'Let `catalyst mcp lock FILE` write it anew.',
  }),
  'unknown-mcp-tool': error<{ server: string; tool: string; known: readonly string[] }>({
    message: ({ server, tool }) => `The MCP server ${quoted(server)} has no tool ${quoted(tool)} in its lock file.`,
    hint: ({ known }) =>
      known.length === 0
        ? 'Run `catalyst mcp lock FILE` with this file to ask the server anew.'
        : `Locked are ${listed(known)}; \`catalyst mcp lock FILE\` asks the server anew.`,
    why: 'Only what the lock file has can be offered to a model.',
    whatToDo: 'Correct the name, or run `catalyst mcp lock FILE`.',
  }),
  'unusable-mcp-tool': error<{ server: string; tool: string; problem: string }>({
    message: ({ server, tool, problem }) => `No model can be offered ${quoted(tool)} of ${quoted(server)}: ${problem}.`,
    hint: () => 'List the tools that you want in `tools` of the server, without it.',
    why: 'APIs of models take functions with names and parameters of a certain form.',
    whatToDo: 'List the tools that you want in `tools` of the server, and leave this one out.',
  }),
} as const;
