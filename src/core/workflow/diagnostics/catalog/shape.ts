import { error, listed, quoted } from '../entry.ts';

/** What does not have the form of a workflow file. */
export const shapeCodes = {
  'wrong-type': error<{ name: string; expected: string; found: string }>({
    message: ({ name, expected, found }) => `${name} must be ${expected}, not ${found}.`,
    hint: ({ expected }) => `Write ${expected} here.`,
    why: 'The value has another type than the file format says.',
    whatToDo: 'Write a value of the right type.',
  }),
  'missing-key': error<{ key: string; owner: string; meaning: string | undefined }>({
    message: ({ key, owner }) => `${owner} has no ${quoted(key)}.`,
    hint: ({ key, meaning }) => `Add \`"${key}"\`${meaning === undefined ? '' : `: ${lowerFirst(meaning)}`}.`,
    why: 'The key is required.',
    whatToDo: 'Add the key.',
  }),
  'unknown-key': error<{ key: string; owner: string; known: readonly string[]; elsewhere: readonly string[] }>({
    message: ({ key, owner }) => `${owner} has no key ${quoted(key)}.`,
    hint: ({ known, elsewhere }) =>
      elsewhere.length > 0 ? `That key belongs to ${listed(elsewhere)}.` : `The keys here are ${listed(known)}.`,
    why: 'A key that nobody reads is a misspelling, or a setting that silently does nothing.',
    whatToDo: 'Correct the name of the key, or remove it.',
  }),
  'invalid-value': error<{ name: string; allowed: readonly string[] }>({
    message: ({ name, allowed }) => `${name} must be ${allowed.length === 1 ? '' : 'one of '}${listed(allowed, 'or')}.`,
    hint: ({ allowed }) => `Write ${listed(allowed, 'or')}.`,
    why: 'Only the listed values mean something here.',
    whatToDo: 'Use one of the listed values.',
  }),
  'out-of-range': error<{ name: string; rule: string; meaning: string | undefined }>({
    message: ({ name, rule }) => `${name} must ${rule}.`,
    hint: ({ rule, meaning }) => `${meaning === undefined ? '' : `${meaning}: `}it must ${rule}.`,
    why: 'The value lies outside of what is accepted.',
    whatToDo: 'Use a value within the limits.',
  }),
  'unsupported-version': error<{ found: string }>({
    message: ({ found }) => `This file says version ${found}; this Catalyst reads version 1.`,
    why: 'The file format has a version, so that an older program does not misread a newer file.',
    whatToDo: 'Write `"version": 1`, or use a newer Catalyst when the file was made by one.',
  }),
  'unknown-node-type': error<{ type: string; known: readonly string[] }>({
    message: ({ type }) => `There is no node type ${quoted(type)}.`,
    hint: ({ known }) => `The node types are ${listed(known)}.`,
    why: 'Each node has one of the types in the registry (`catalyst nodes` lists them).',
    whatToDo: 'Correct the type.',
  }),
} as const;

function lowerFirst(text: string): string {
  const second = text[1] ?? '';
  return second === second.toUpperCase() && second !== ' ' ? text : text.slice(0, 1).toLowerCase() + text.slice(1);
}
