import { error, quoted } from '../entry.ts';

/** Workflows whose runs are kept. */
export const durableCodes = {
  'durable-calls-plain': error<{ node: string; workflow: string }>({
    message: ({ node, workflow }) =>
      `${quoted(node)} calls ${quoted(workflow)}, whose runs are not kept, from a durable workflow.`,
    why: 'When the service dies, what the called workflow had done would be done again, and paid for again.',
    whatToDo: 'Write `"durable": true` into the file of the called workflow too.',
  }),
  'durable-cached-step': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} keeps results for other runs, in a durable workflow.`,
    why: 'A durable run keeps what each of its steps gives for itself.',
    whatToDo: 'Remove `cache`, or `durable` from the workflow.',
  }),
  'durable-router-tools': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} has tools, and which of its models has begun to use them is not kept.`,
    why: 'The model that has called a tool has to be told what it gave; after a restart another one might be.',
    whatToDo: 'Take the node of one provider for what uses tools, or remove `durable` from the workflow.',
  }),
  'durable-trigger': error<{ node: string; what: string }>({
    message: ({ node, what }) => `${quoted(node)} cannot begin durable runs with ${what}.`,
    why: 'Runs are kept that a request to an `httpEndpoint` begins, with an input that is JSON.',
    whatToDo: 'Begin them with a plain `httpEndpoint`, or remove `durable` from the workflow.',
  }),
  'durable-endpoint-path': error<{ path: string }>({
    message: ({ path }) => `The path ${quoted(path)} is where a service with durable workflows shows its runs.`,
    why: 'Such a service answers `/runs` and what lies below it itself.',
    whatToDo: 'Take another path.',
  }),
  'long-wait': error<{ node: string; seconds: number }>({
    message: ({ node, seconds }) => `${quoted(node)} waits for ${seconds} seconds, which is more than a day.`,
    why: 'A run that is not kept ends with its service, and is not started again.',
    whatToDo: 'Write `"durable": true` at the top of the file, so that the run outlives its service, or wait less.',
  }),
};
