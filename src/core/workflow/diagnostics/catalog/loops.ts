import { error, quoted, warning } from '../entry.ts';

/** Loops: their bodies, what goes in and what comes out. */
export const loopCodes = {
  'open-loop': error<{ loop: string }>({
    message: ({ loop }) => `No edge leads into \`${loop}.result\`, so ${quoted(loop)} has no body.`,
    why: 'The steps between the handle `item` and the input `result` run again and again; what the last one gives is the result.',
    whatToDo: 'Begin the body at `item`, and lead its last step into `result`.',
  }),
  'second-result': error<{ loop: string; source: string; first: string }>({
    message: ({ loop, source, first }) =>
      `The edge from ${quoted(source)} leads into \`${loop}.result\`, and so does one from ${quoted(first)} already.`,
    why: 'A body ends in one edge, from whose source its result is taken.',
    whatToDo: 'Bring the ways together in one node, and lead that into `result`.',
  }),
  'foreign-result': error<{ loop: string; source: string }>({
    message: ({ loop, source }) =>
      `${quoted(source)} leads into \`${loop}.result\`, but is no step of the body of ${quoted(loop)} itself.`,
    why: 'The body is what is reached from the handle `item`, without the bodies of loops in it.',
    whatToDo: 'Lead a step of the body into `result`; of a loop in it, the handle `output`.',
  }),
  'mixed-body': error<{ node: string; loop: string; inside: string; outside: string }>({
    message: ({ node, loop, inside, outside }) =>
      `${quoted(node)} waits for ${quoted(inside)}, in the body of ${quoted(loop)}, and for ${quoted(outside)}, which is not in it.`,
    hint: ({ node, loop, outside }) =>
      `If ${quoted(node)} belongs to the body, remove the edge from ${quoted(outside)}; else let it follow \`${loop}.output\`.`,
    why: 'A body runs as often as its loop says, and leads out only by `result`. It may read what ran before the loop, without an edge.',
    whatToDo: 'Let each node stand inside of a body or outside.',
  }),
  'response-in-body': error<{ node: string; loop: string }>({
    message: ({ node, loop }) => `The response ${quoted(node)} stands in the body of ${quoted(loop)}.`,
    why: 'A run answers once, and a body runs again and again.',
    whatToDo: 'Put the response behind the handle `output` of the loop.',
  }),
  'result-without-value': error<{ loop: string; source: string; handle: string }>({
    message: ({ loop, source, handle }) =>
      `\`${source}.${handle}\` carries no value, so there is nothing that \`${loop}.result\` could take.`,
    why: 'What the source handle of the edge into `result` carries is the result.',
    whatToDo: 'End the body in a node that gives something.',
  }),
  'result-may-be-missing': warning<{ loop: string; source: string; handle: string }>({
    message: ({ loop, source, handle }) =>
      `Not every round of ${quoted(loop)} comes to \`${source}.${handle}\`; the result of those that do not is null.`,
    why: 'Its last step stands on one way of a branch.',
    whatToDo:
      'Lead the other ways to a step as well that all of them end in, or allow for null where the results are read.',
  }),
  'inside-loop': error<{ value: string; reader: string; loop: string }>({
    message: ({ value, reader, loop }) =>
      `${quoted(reader)} reads ${quoted(value)}, which is there only in the body of ${quoted(loop)}, in each round anew.`,
    hint: ({ loop }) => `Read \`nodes.${loop}.output\`, which is what all rounds gave.`,
    why: 'Behind a loop there are its results, and nothing of a single round.',
    whatToDo: 'Read the `output` of the loop.',
  }),
  'loop-not-done': error<{ loop: string; reader: string }>({
    message: ({ loop, reader }) =>
      `${quoted(reader)} reads \`nodes.${loop}.output\` while ${quoted(loop)} is still going on.`,
    hint: ({ loop }) => `In its body, read \`nodes.${loop}.item\` and \`nodes.${loop}.index\`.`,
    why: 'The output of a loop is there when its last round is done.',
    whatToDo: 'Read it behind the loop.',
  }),
  'endless-repeat': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} has neither \`until\` nor \`maxRounds\`, so it would never end.`,
    why: 'Nothing would stop it.',
    whatToDo: 'Say how many rounds there are at most with `maxRounds`, or when the value is good with `until`.',
  }),
  'mixed-tokens': warning<{ node: string; loop: string }>({
    message: ({ node, loop }) =>
      `${quoted(node)} streams its text while several items of ${quoted(loop)} are worked on, so their texts arrive mixed where a caller gets the text alone.`,
    why: 'A `token` event says for which item it is; a text without events around it, and an answer to clients of OpenAI, cannot.',
    whatToDo: 'Work on one item at a time, or take the edge away: results arrive as `item` events either way.',
  }),
} as const;
