import { error, listed, quoted, warning } from '../entry.ts';

/** Edges, and the ways a run can take. */
export const graphCodes = {
  'unknown-node': error<{ end: 'source' | 'target'; id: string; known: readonly string[] }>({
    message: ({ end, id }) => `Edge ${end === 'source' ? 'leaves' : 'targets'} ${quoted(id)}, which does not exist.`,
    hint: ({ known }) => (known.length === 0 ? 'Add the node first.' : `The nodes are ${listed(known)}.`),
    why: 'Both ends of an edge must be ids of nodes in the same file.',
    whatToDo: 'Correct the id, or remove the edge.',
  }),
  'unknown-handle': error<{ node: string; handle: string; direction: 'input' | 'output'; known: readonly string[] }>({
    message: ({ node, handle, direction }) => `${quoted(node)} has no ${direction} ${quoted(handle)}.`,
    hint: ({ direction, known }) => `Its ${direction}s are ${listed(known)}.`,
    why: 'An edge connects an output handle of one node to an input handle of another.',
    whatToDo: 'Use one of the handles that the node has.',
  }),
  'missing-handle': error<{
    node: string;
    handle: string;
    direction: 'input' | 'output';
    key: string;
    known: readonly string[];
  }>({
    message: ({ node, handle, direction, key }) =>
      `The edge has no ${quoted(key)}, and ${quoted(node)} has no ${direction} ${quoted(handle)}, which is meant then.`,
    hint: ({ key, known }) => `Add \`"${key}"\`: ${listed(known, 'or')}.`,
    why: '`sourceHandle` is `output` and `targetHandle` is `input` unless the edge says otherwise.',
    whatToDo: 'Say which handle the edge uses.',
  }),
  'edge-into-trigger': error<{ node: string }>({
    message: ({ node }) => `Edge leads into the trigger ${quoted(node)}.`,
    why: 'A trigger starts the run; nothing comes before it.',
    whatToDo: 'Remove the edge, or turn it round.',
  }),
  'edge-out-of-response': error<{ node: string }>({
    message: ({ node }) => `Edge leaves the response ${quoted(node)}.`,
    why: 'A response ends its branch.',
    whatToDo: 'Put the step before the response, or remove the edge.',
  }),
  'self-edge': error<{ node: string }>({
    message: ({ node }) => `Edge leads from ${quoted(node)} back to itself.`,
    why: 'A node would wait for itself.',
    whatToDo: 'Remove the edge.',
  }),
  'duplicate-edge': warning<{ source: string; target: string; line: number }>({
    message: ({ source, target, line }) =>
      `The edge from ${quoted(source)} to ${quoted(target)} is in line ${line} already.`,
    why: 'A second edge between the same two handles does nothing.',
    whatToDo: 'Remove one of the two.',
  }),
  'duplicate-edge-id': error<{ id: string; line: number }>({
    message: ({ id, line }) => `The edge id ${quoted(id)} is taken: an edge in line ${line} has it.`,
    why: 'Editors tell edges apart by their ids.',
    whatToDo: 'Change one of the two, or leave ids of edges out.',
  }),
  'stream-mismatch': error<{
    source: string;
    sourceHandle: string;
    target: string;
    targetHandle: string;
    streams: boolean;
  }>({
    message: ({ source, sourceHandle, target, targetHandle, streams }) =>
      streams
        ? `The stream \`${source}.${sourceHandle}\` cannot go into ${quoted(`${target}.${targetHandle}`)}, which takes no stream.`
        : `${quoted(`${target}.${targetHandle}`)} takes a stream, but ${quoted(`${source}.${sourceHandle}`)} is none.`,
    hint: ({ streams }) =>
      streams
        ? 'Connect it to the `stream` input of a response, or use the `output` handle.'
        : 'Use the `stream` handle of a model, or the `input` handle of the target.',
    why: 'A stream is text on its way; only an input of type stream takes it.',
    whatToDo: 'Connect streams with streams, and everything else with everything else.',
  }),
  cycle: error<{ path: readonly string[] }>({
    message: ({ path }) => `The edges run in a circle: ${path.map(quoted).join(' → ')}.`,
    why: 'Each node would wait for the others for ever.',
    whatToDo: 'Remove one of these edges.',
  }),
  'unreachable-node': warning<{ node: string }>({
    message: ({ node }) => `No run reaches ${quoted(node)}: no edges lead there from the trigger.`,
    why: 'It is left out of the generated code.',
    whatToDo: 'Connect it, or remove it.',
  }),
  'dead-end': warning<{ node: string; handles: readonly string[] }>({
    message: ({ node, handles }) =>
      handles.length === 0
        ? `After ${quoted(node)} the run ends without an answer.`
        : `When ${quoted(node)} goes on along ${listed(handles, 'or')}, the run ends without an answer.`,
    why: 'The caller of such a run gets an empty answer.',
    whatToDo: 'Lead every way to a response.',
  }),
  'response-never-answers': warning<{ node: string; first: string }>({
    message: ({ node, first }) =>
      `${quoted(node)} may never answer: whenever a run comes here, ${quoted(first)} answers as well, and only one can.`,
    why: 'The response that runs first answers; the others are ignored.',
    whatToDo: 'Put a condition before them, or keep one of the two.',
  }),
  'too-many-nodes': error<{ count: number; limit: number }>({
    message: ({ count, limit }) =>
      `The workflow has ${count.toLocaleString('en')} nodes; the most is ${limit.toLocaleString('en')}.`,
    why: 'All nodes become one Python function, which nobody could read at that size.',
    whatToDo: 'Split the workflow into several files.',
  }),
  'branch-too-deep': error<{ node: string; depth: number; limit: number }>({
    message: ({ node, depth, limit }) =>
      `${quoted(node)} lies behind ${depth} decisions, one in the other; the most is ${limit}.`,
    why: 'Each decision becomes an `if` inside the one before, and Python refuses code that is indented 100 levels deep.',
    whatToDo: 'Join conditions with `and` and `or`, or decide in a pythonFunction node.',
  }),
  'unconnected-condition': warning<{ node: string; handles: readonly string[] }>({
    message: ({ node }) => `Nothing follows the decision ${quoted(node)}, whichever way it goes.`,
    hint: ({ handles }) => `Connect ${listed(handles, 'or')}, or remove the node.`,
    why: 'A condition or a switch decides which way a run takes; without edges it decides nothing.',
    whatToDo: 'Connect one of its handles, or remove the node.',
  }),
} as const;
