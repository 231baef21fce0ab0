import { error, quoted } from '../entry.ts';

/** Workflows whose runs are kept. */
export const durableCodes = {
  'durable-calls-plain': error<{ node: string; workflow: string }>({
    message: ({ node, workflow }) =>
      `${quoted(node)} calls ${quoted(workflow)}, whose runs are not kept, from a durable workflow.`,
    why: 'When the service dies, what the called workflow had done would be done again, and paid for again.',
    whatToDo: 'Write `"durable": true` into the file of the called workflow too.',
  }),
  'durable-called-stream': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} streams what a called workflow says, in a durable workflow.`,
    why: 'A durable run tells and keeps what its own steps stream; which step of which workflow said something could not be told apart.',
    whatToDo: 'Remove the edge from the handle `stream`; the result of the called workflow is there when it has ended.',
  }),
  'durable-cached-step': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} keeps results for other runs, in a durable workflow.`,
    why: 'A durable run keeps what each of its steps gives for itself.',
    whatToDo: 'Remove `cache`, or `durable` from the workflow.',
  }),
  'durable-trigger': error<{ node: string; what: string }>({
    message: ({ node, what }) => `${quoted(node)} cannot begin durable runs with ${what}.`,
    why: 'A run that may take days is answered with a link, which clients of OpenAI, of MCP and of WebSockets cannot follow; and its input is kept as JSON, where files have no place.',
    whatToDo:
      'Begin it with an `httpEndpoint` or a `webhookReceiver` whose input is JSON. For files, take the address at which one is kept as the input. For a chat or a tool, let a workflow without `durable` answer, begin the durable one with a `queueConsumer`, and put entries into its queue with an `enqueue` node.',
  }),
  'durable-endpoint-path': error<{ path: string }>({
    message: ({ path }) => `At ${quoted(path)} a service with durable workflows answers itself.`,
    why: 'Runs, decisions, events, queues and schedules are at `/runs`, `/approvals`, `/events`, `/queues`, `/schedules` and below.',
    whatToDo: 'Take another path.',
  }),
  'long-wait': error<{ node: string; seconds: number }>({
    message: ({ node, seconds }) => `${quoted(node)} waits for ${seconds} seconds, which is more than a day.`,
    why: 'A run that is not kept ends with its service, and is not started again.',
    whatToDo: 'Write `"durable": true` at the top of the file, so that the run outlives its service, or wait less.',
  }),
};
