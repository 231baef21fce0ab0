import { counted, error, listed, quoted, warning } from '../entry.ts';

/** Workflows that call other workflows. */
export const callCodes = {
  'unsound-workflow': error<{ path: string; errors: number; line: number; first: string }>({
    message: ({ path, errors, line, first }) =>
      `The workflow ${quoted(path)} has ${counted(errors, 'error')}${errors === 1 ? '' : ', the first'} in line ${line}: ${first}`,
    hint: ({ path }) => `See all of it with \`catalyst check ${path}\`.`,
    why: 'A workflow that cannot be compiled cannot be called either.',
    whatToDo: 'Mend the called workflow: `catalyst check FILE` shows what is wrong with it.',
  }),
  'doubtful-workflow': warning<{ path: string; warnings: number; line: number; first: string }>({
    message: ({ path, warnings, line, first }) =>
      `The workflow ${quoted(path)} has ${counted(warnings, 'warning')}${warnings === 1 ? '' : ', the first'} in line ${line}: ${first}`,
    hint: ({ path }) => `See all of it with \`catalyst check ${path}\`.`,
    why: 'What is doubtful in a called workflow is doubtful here.',
    whatToDo: 'Look at the called workflow: `catalyst check FILE` shows what was found in it.',
  }),
  'silent-stream': warning<{ node: string; path: string }>({
    message: ({ node, path }) =>
      `${quoted(node)} streams, and the workflow ${quoted(path)} that it calls streams nothing.`,
    why: 'Callers who listen hear nothing of it before its result is there.',
    whatToDo:
      'In the called workflow, connect `stream` of a model to its response; or remove the edge from `stream` here.',
  }),
  'recursive-workflow': error<{ files: readonly string[] }>({
    message: ({ files }) =>
      files.length === 1
        ? `${quoted(files[0] ?? '')} calls itself.`
        : `${quoted(files[0] ?? '')} calls itself by way of ${listed(files.slice(1))}.`,
    why: 'Nothing would ever end the calls.',
    whatToDo: 'Take the call out. What has to be repeated belongs in a Python function.',
  }),
  'no-queue': error<{ path: string }>({
    message: ({ path }) => `The workflow ${quoted(path)} does not begin with a queue.`,
    why: 'Entries wait in a queue until a workflow that begins with a `queueConsumer` has room for them.',
    whatToDo:
      'Give that workflow a `queueConsumer` as its trigger and `"durable": true`, or run it as a step with a `subWorkflow` node.',
  }),
  'joined-twice': error<{ path: string; other: string | undefined; what: string }>({
    message: ({ path, other, what }) =>
      `The workflow ${quoted(path)} has ${what}, and so has ${other === undefined ? 'this one' : quoted(other)}.`,
    hint: ({ path }) =>
      `A workflow into whose queue entries are put becomes a part of the same service. Change it in ${quoted(path)}.`,
    why: 'What takes entries from a queue becomes a part of the same service, in which a name gives a module its name and a path belongs to one endpoint.',
    whatToDo: 'Give one of the two another `name`, or another `queue`.',
  }),
  'unknown-workflow-input': error<{ name: string; path: string; known: readonly string[] }>({
    message: ({ name, path }) => `The input of ${quoted(path)} has no ${quoted(name)}.`,
    hint: ({ known }) => (known.length === 0 ? 'It takes nothing.' : `It takes ${listed(known)}.`),
    why: 'The called workflow would never see the value.',
    whatToDo: 'Correct the name, or declare the field in the `inputSchema` of the called workflow.',
  }),
  'missing-workflow-input': error<{ names: readonly string[]; path: string }>({
    message: ({ names, path }) => `The workflow ${quoted(path)} needs ${listed(names)}.`,
    hint: ({ names }) => `Add ${listed(names)} to \`args\`.`,
    why: 'The called workflow would refuse its input.',
    whatToDo: 'Add the fields to `args`.',
  }),
  'workflow-input-mismatch': error<{ name: string; path: string; problem: string }>({
    message: ({ name, path, problem }) => `${quoted(name)} does not fit the input of ${quoted(path)}: ${problem}.`,
    why: 'The called workflow would refuse its input.',
    whatToDo: 'Take another value, convert it with a filter, or change the `inputSchema` of the called workflow.',
  }),
  'tool-without-description': warning<{ path: string }>({
    message: ({ path }) => `The workflow ${quoted(path)} is offered as a tool, but has no \`description\`.`,
    why: 'The description tells the model what the tool does and when to call it.',
    whatToDo: 'Write a `description` into the called workflow, such as "Finds an order by its number".',
  }),
} as const;
