import { error, listed, quoted, warning } from '../entry.ts';

/** Names, the trigger and the environment. */
export const workflowCodes = {
  'invalid-workflow-name': error<{ name: string }>({
    message: ({ name }) => `${quoted(name)} cannot be the name of a workflow.`,
    why: 'The name becomes a Python module and part of file names.',
    whatToDo:
      'Use 1 to 64 lower-case letters, digits and single hyphens or underscores, starting with a letter: `support-chat`.',
  }),
  'invalid-node-id': error<{ id: string }>({
    message: ({ id }) => `${quoted(id)} cannot be the id of a node.`,
    why: 'Ids stand in expressions (`nodes.ID.output`) and name variables in the Python code.',
    whatToDo: 'Start with a letter, then use letters, digits, _ and -; at most 64 characters.',
  }),
  'duplicate-node-id': error<{ id: string; line: number }>({
    message: ({ id, line }) => `The id ${quoted(id)} is taken: a node in line ${line} has it.`,
    why: 'Edges and expressions could not tell the two nodes apart.',
    whatToDo: 'Give one of the nodes another id, and change the edges and expressions that mean it.',
  }),
  'missing-trigger': error<Record<string, never>>({
    message: () => 'The workflow has no trigger, so nothing starts it.',
    why: 'A run starts at the trigger.',
    whatToDo: 'Add a node of type `httpEndpoint`.',
  }),
  'disabled-trigger': error<{ id: string }>({
    message: ({ id }) => `The trigger ${quoted(id)} is disabled, so nothing starts the workflow.`,
    why: 'A disabled node is left out, and a run starts at the trigger.',
    whatToDo: 'Enable it, or add another node of type `httpEndpoint`.',
  }),
  'several-triggers': error<{ id: string; first: string }>({
    message: ({ id, first }) => `${quoted(id)} is a second trigger; ${quoted(first)} is one already.`,
    why: 'Expressions say `input` for the trigger’s input, so there has to be exactly one.',
    whatToDo: 'Keep one trigger here, and move the other way in to a workflow file of its own.',
  }),
  'missing-response': error<{ unreached: readonly string[] }>({
    message: ({ unreached }) =>
      unreached.length === 0
        ? 'No node answers the caller.'
        : `No run reaches a response: ${listed(unreached)} cannot be reached from the trigger.`,
    hint: ({ unreached }) =>
      unreached.length === 0
        ? 'Add a node of type `response` and an edge into it.'
        : 'Connect the response with edges that lead there from the trigger.',
    why: 'The caller waits for an answer, which a `response` node gives.',
    whatToDo: 'Add a node of type `response` and an edge into it.',
  }),
  'disabled-response': error<{ id: string }>({
    message: ({ id }) => `The response ${quoted(id)} is disabled, so no node answers the caller.`,
    why: 'A disabled node is left out, and the caller waits for an answer, which a `response` node gives.',
    whatToDo: 'Enable it, or add another node of type `response`.',
  }),
  'invalid-endpoint-path': error<{ path: string; problem: string }>({
    message: ({ path, problem }) => `${quoted(path)} cannot be the path of an endpoint: ${problem}.`,
    why: 'The path is part of a URL and has to reach the service as it is written.',
    whatToDo: 'Start with `/`, then use letters, digits, `-`, `_`, `.` and `~`, with single slashes between: `/chat`.',
  }),
  'reserved-endpoint-path': error<{ path: string }>({
    message: ({ path }) => `The path ${quoted(path)} is taken by the generated service itself.`,
    why: '`/healthz`, `/readyz`, `/openapi.json` and `/docs` are answered by every generated service.',
    whatToDo: 'Choose another path, such as `/run`.',
  }),
  'unsendable-answer': error<{ problem: string }>({
    message: ({ problem }) => `The answer cannot be sent so: ${problem}.`,
    why: 'What goes out beside `output`, `usage` and `meta` has to be what callers and browsers understand.',
    whatToDo: 'Correct what the message names; docs/http-api.md shows every format of an answer.',
  }),
  'bodiless-status': error<{ status: number }>({
    message: ({ status }) => `An answer with status ${status} has no body, but this response has an output.`,
    why: 'HTTP (RFC 9110) forbids a body with 204, 205 and 304; servers refuse to send it.',
    whatToDo: 'Use status 200, or another one that carries a body.',
  }),
  'invalid-env-name': error<{ name: string }>({
    message: ({ name }) => `${quoted(name)} cannot be the name of an environment variable.`,
    why: 'Other names cannot be set in every shell.',
    whatToDo: 'Use upper-case letters, digits and _, not starting with a digit: `SUPPORT_REGION`.',
  }),
  'secret-env-name': error<{ name: string; word: string }>({
    message: ({ name, word }) => `${quoted(name)} looks like a secret (${word}), which expressions must not read.`,
    why: 'What an expression reads ends up in prompts and answers. A file from elsewhere could print a key that way.',
    whatToDo: 'Rename the variable when it is no secret; read secrets in a pythonFunction, with `os.environ`.',
  }),
  'duplicate-env': warning<{ name: string }>({
    message: ({ name }) => `The environment variable ${quoted(name)} is declared twice.`,
    why: 'The second one does nothing.',
    whatToDo: 'Remove one of the two.',
  }),
  'unused-env': warning<{ name: string }>({
    message: ({ name }) => `No expression reads the environment variable ${quoted(name)}.`,
    why: 'The generated service asks its operator for every declared variable, so one that nobody reads is only a burden.',
    whatToDo: 'Remove it, or read it with `{{ env.NAME }}`.',
  }),
  'unusable-recorded-run': warning<{ path: string; problem: string }>({
    message: ({ path, problem }) => `${quoted(path)} is left out of the tests: ${problem}.`,
    why: 'A recorded run becomes a test of the generated project, which tells each node what its model answered then.',
    whatToDo: 'Mend the file, record the run again, or delete it.',
  }),
} as const;
