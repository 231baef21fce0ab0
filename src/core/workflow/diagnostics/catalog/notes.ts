import { quoted, warning } from '../entry.ts';

/** Notes and groups on the canvas. They change nothing that runs, so nothing of it is an error. */
export const noteCodes = {
  'duplicate-note-id': warning<{ id: string; isNode: boolean }>({
    message: ({ id, isNode }) =>
      `The id ${quoted(id)} of a note is taken: ${isNode ? 'a node' : 'another note'} has it.`,
    why: 'A canvas tells notes and nodes apart by their ids.',
    whatToDo: 'Give the note another id.',
  }),
  'unknown-group-member': warning<{ group: string; id: string }>({
    message: ({ group, id }) => `The group ${quoted(group)} lists ${quoted(id)}, which does not exist.`,
    why: 'A group lists the ids of nodes in the same file.',
    whatToDo: 'Correct the id, or remove it from the group.',
  }),
  'member-of-several-groups': warning<{ id: string; first: string; group: string }>({
    message: ({ id, first, group }) =>
      first === group
        ? `The group ${quoted(group)} lists ${quoted(id)} twice.`
        : `${quoted(id)} is in the group ${quoted(first)} already, so ${quoted(group)} cannot have it as well.`,
    why: 'A node moves with its group, and it cannot move with two.',
    whatToDo: 'Keep it in one of the groups.',
  }),
  'unusual-note-size': warning<{
    id: string;
    side: 'width' | 'height';
    found: number;
    limits: readonly [number, number];
  }>({
    message: ({ id, side, found }) => `The ${side} of the note ${quoted(id)} is ${found}, which nobody can read.`,
    hint: ({ limits: [least, most] }) => `Use a number from ${least} to ${most.toLocaleString('en')}.`,
    why: 'A note that is far too small or too large hides itself, or all else.',
    whatToDo: 'Give it a size that can be seen.',
  }),
} as const;
