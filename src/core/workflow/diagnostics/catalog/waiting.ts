import { error, quoted } from '../entry.ts';

/** Runs that wait for people and for events. */
export const waitingCodes = {
  'needs-durable-run': error<{ node: string; name: string }>({
    message: ({ node, name }) => `${quoted(node)} (${name}) needs a durable run, which this workflow's are not.`,
    why: 'A run that is not kept ends with its service, and nobody could reach it days later.',
    whatToDo: 'Write `"durable": true` at the top of the file.',
  }),
  'calls-waiting-workflow': error<{ node: string; workflow: string }>({
    message: ({ node, workflow }) =>
      `${quoted(node)} calls ${quoted(workflow)}, which waits, from a run that is not kept.`,
    why: 'What waits for a person or an event has to be in a durable run, and a called workflow is part of its caller’s.',
    whatToDo: 'Write `"durable": true` at the top of this file too.',
  }),
  'waiting-step-options': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} has step options, which mean nothing at what waits.`,
    why: 'It has a time limit of its own, `timeout`, and says in `onTimeout` what comes after that; there is nothing to try again.',
    whatToDo: 'Remove `step`.',
  }),
  'unknown-approval': error<{ node: string; approval: string }>({
    message: ({ node, approval }) =>
      `${quoted(node)} makes a link to ${quoted(approval)}, which is no approval of this workflow.`,
    why: 'The link leads to the page of one `waitForApproval`.',
    whatToDo: 'Write the id of a node of the type `waitForApproval`.',
  }),
  'approval-link-place': error<{ node: string; approval: string; problem: string }>({
    message: ({ node, approval, problem }) => `${quoted(node)} cannot make a link to ${quoted(approval)}: ${problem}.`,
    why: 'The link names the approval that comes next in the same part of the run.',
    whatToDo: 'Put it before the approval, and into the same loop if that is in one.',
  }),
  'approval-form': error<{ node: string; problem: string }>({
    message: ({ node, problem }) => `The form of ${quoted(node)} cannot be shown: ${problem}.`,
    why: 'It becomes a form of HTML, with a field for each property.',
    whatToDo:
      'Describe an object whose properties are texts, numbers, integers, booleans, or one of several with `enum`.',
  }),
  'invalid-cron': error<{ cron: string; problem: string }>({
    message: ({ cron, problem }) => `${quoted(cron)} is no time of cron: ${problem}.`,
    why: 'Nobody could say when the workflow is to run.',
    whatToDo: 'Write minute, hour, day, month and weekday, such as `0 6 * * MON-FRI`: at six on weekdays.',
  }),
  'cron-never-due': error<{ cron: string }>({
    message: ({ cron }) => `${quoted(cron)} is never due.`,
    why: 'No month has such a day.',
    whatToDo: 'Correct the day or the month; the last day of each month is nothing that cron can say.',
  }),
  'unknown-time-zone': error<{ timezone: string }>({
    message: ({ timezone }) => `There is no time zone ${quoted(timezone)}.`,
    why: 'The time of a schedule is read from the clocks of a place, which are changed in summer where they are.',
    whatToDo: 'Write a name of the IANA database, exactly so: `Europe/Berlin`, `America/New_York`, `UTC`.',
  }),
} as const;
