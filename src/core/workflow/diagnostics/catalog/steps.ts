import { error, listed, quoted, warning } from '../entry.ts';

/** The cases of a switch, and the step options of nodes. */
export const stepCodes = {
  'switch-case-form': error<{ node: string; id: string; both: boolean }>({
    message: ({ node, id, both }) =>
      both
        ? `Case ${quoted(id)} of ${quoted(node)} has both \`equals\` and \`when\`.`
        : `Case ${quoted(id)} of ${quoted(node)} has neither \`equals\` nor \`when\`.`,
    why: 'A case fits when the value equals a constant, or when an expression is true; it says one of the two.',
    whatToDo: 'Give it `equals` or `when`, and not both.',
  }),
  'case-id': error<{ node: string; id: string }>({
    message: ({ node, id }) => `${quoted(id)} of ${quoted(node)} cannot be the id of a case.`,
    why: 'Edges name the handle of a case by its id: a letter, then letters, digits, _ or -.',
    whatToDo: 'Take another id.',
  }),
  'duplicate-case': error<{ node: string; id: string }>({
    message: ({ node, id }) =>
      id === 'default'
        ? `${quoted(node)} has a handle \`default\` of its own; no case can have that id.`
        : `${quoted(node)} has two cases with the id ${quoted(id)}.`,
    why: 'Each case has a handle by its id, along which the run goes on.',
    whatToDo: 'Give each case an id of its own.',
  }),
  'unreachable-case': error<{ node: string; id: string; reason: string }>({
    message: ({ node, id, reason }) => `Case ${quoted(id)} of ${quoted(node)} is never taken: ${reason}.`,
    why: 'Cases are tried one after the other, and the first that fits is taken.',
    whatToDo: 'Correct what it compares with, put it before the other, or remove it.',
  }),
  'switch-without-value': error<{ node: string; id: string }>({
    message: ({ node, id }) => `${quoted(node)} has no \`value\` that case ${quoted(id)} could compare.`,
    why: '`equals` compares the `value` of the switch with a constant.',
    whatToDo: 'Give the switch a `value`, or the case a `when` instead.',
  }),
  'unused-switch-value': warning<{ node: string }>({
    message: ({ node }) => `No case of ${quoted(node)} compares its \`value\`.`,
    why: 'Only cases with `equals` look at it.',
    whatToDo: 'Remove `value`, or give a case `equals`.',
  }),
  'expression-in-equals': error<{ node: string; id: string }>({
    message: ({ node, id }) => `Case ${quoted(id)} of ${quoted(node)} compares with a text that holds \`{{\`.`,
    why: '`equals` is a constant: an expression in it would be taken as it is written.',
    whatToDo: 'Write the comparison as `when`, as in `"when": "{{ input.a == input.b }}"`.',
  }),
  'step-awaits-nothing': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} has \`step\` options, but awaits nothing.`,
    why: 'It is done at once and cannot hang; what its expressions cannot work out is a mistake of the workflow.',
    whatToDo: 'Remove `step`.',
  }),
  'step-of-tool': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} has \`step\` options, but runs only when a model calls it.`,
    why: 'A failed call is told to the model, which decides what to do.',
    whatToDo: 'Remove `step`.',
  }),
  'missing-fallback': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} goes on after an error, but has no \`fallback\`.`,
    why: 'With `"onError": "continue"` later steps read the fallback in place of what the node would have given.',
    whatToDo: 'Add a `fallback`; `null` where nothing can stand in.',
  }),
  'unused-fallback': warning<{ node: string; onError: string }>({
    message: ({ node, onError }) => `The \`fallback\` of ${quoted(node)} is never used: \`onError\` is \`${onError}\`.`,
    why: 'Only with `"onError": "continue"` a fallback stands in for what the node gives.',
    whatToDo: 'Set `onError` to `continue`, or remove the fallback.',
  }),
  'fallback-type': warning<{ node: string; expected: string; found: string }>({
    message: ({ node, expected, found }) => `${quoted(node)} gives ${expected}, but its \`fallback\` is ${found}.`,
    why: 'What reads the node has to take either.',
    whatToDo: 'Take a fallback of the same type, or null.',
  }),
  'continue-with-ways': error<{ node: string; handles: readonly string[] }>({
    message: ({ node, handles }) =>
      `${quoted(node)} cannot go on after an error: a fallback does not say along which of ${listed(handles, 'or')}.`,
    why: 'A run goes on along one of these handles, depending on what the node gives.',
    whatToDo: 'Set `onError` to `handle` and connect the handle `error`.',
  }),
  'cached-stream': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} streams, so that its result cannot be kept.`,
    why: 'A result that is known already would not be streamed: callers would get other events than the first time.',
    whatToDo: 'Remove `cache`, or the edge from the handle `stream`.',
  }),
  'unknown-error-code': warning<{ code: string }>({
    message: ({ code }) => `No error of a service has the code ${quoted(code)}.`,
    hint: () =>
      'docs/reference/errors.md lists the codes; functions of the project may raise errors with codes of their own.',
    why: 'A step is tried again only after errors with one of these codes.',
    whatToDo: 'Correct the code.',
  }),
  'timeout-never-reached': warning<{ what: string; seconds: number; outer: string; limit: number }>({
    message: ({ what, seconds, outer, limit }) =>
      `${what} (${seconds} s) is never reached: ${outer} ends it after ${limit} s.`,
    why: 'Of several limits the shortest counts.',
    whatToDo: 'Make the outer limit longer, or leave the inner one out.',
  }),
  'retries-multiply': warning<{ node: string; times: number }>({
    message: ({ node, times }) =>
      `${quoted(node)} is tried again by its \`step\` and by its own \`maxRetries\`: up to ${times} requests.`,
    why: 'Each attempt of the step makes a call, and each call is repeated by itself when the server cannot be reached.',
    whatToDo: "Set `maxRetries` to 0, or leave the step's `retries` out.",
  }),
} as const;
