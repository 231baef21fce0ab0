import { counted, error, quoted } from '../entry.ts';

/** What the text itself gets wrong, before it is a workflow. */
export const jsonCodes = {
  'file-too-large': error<{ length: number; limit: number }>({
    message: ({ length, limit }) =>
      `The file has ${length.toLocaleString('en')} characters; the most is ${limit.toLocaleString('en')}.`,
    why: 'A workflow of a thousand nodes needs a tenth of the limit. Something larger is not a workflow, or carries data that belongs elsewhere.',
    whatToDo: 'Move large texts out of the file, or split the workflow.',
  }),
  'nested-too-deep': error<{ limit: number }>({
    message: ({ limit }) => `Objects and arrays are nested more than ${limit} levels deep.`,
    why: 'Python refuses to read code that is nested this deep.',
    whatToDo: 'Flatten the value, or build it in a pythonFunction node.',
  }),
  'invalid-json': error<{ problem: string; hint: string }>({
    message: ({ problem }) => problem,
    hint: ({ hint }) => hint,
    why: 'A workflow file is JSON (RFC 8259), so that every tool can read it.',
    whatToDo: 'Correct the syntax at the place shown.',
  }),
  'json-comment': error<Record<string, never>>({
    message: () => 'JSON has no comments.',
    why: 'A workflow file is strict JSON, so that every tool can read it.',
    whatToDo: 'Remove the comment; `description` is the place for words about the workflow.',
  }),
  'trailing-comma': error<{ closing: string }>({
    message: ({ closing }) => `There is a comma before \`${closing}\`, with nothing behind it.`,
    why: 'A workflow file is strict JSON, so that every tool can read it.',
    whatToDo: 'Remove the comma.',
  }),
  'duplicate-key': error<{ key: string; line: number }>({
    message: ({ key, line }) => `The key ${quoted(key)} is here twice; it stands in line ${line} already.`,
    why: 'Programs that read JSON keep one of the two values, and not all the same one.',
    whatToDo: 'Remove one of the two, or rename it.',
  }),
  'forbidden-key': error<{ key: string }>({
    message: ({ key }) => `The key ${quoted(key)} is not allowed.`,
    why: 'In JavaScript these keys reach into the objects themselves, which has been used for attacks.',
    whatToDo: 'Give it another name.',
  }),
  'invalid-character': error<{ name: string }>({
    message: ({ name }) => `The text holds ${name}, which Python code or an HTTP answer cannot carry.`,
    why: 'NUL and halves of surrogate pairs are refused by Python, by UTF-8 or by the model.',
    whatToDo: 'Remove the character. Other control characters are fine.',
  }),
  'inexact-number': error<{ written: string; read: string }>({
    message: ({ written, read }) => `The number ${shorten(written)} would silently become ${read}.`,
    why: 'JSON numbers are read as 64-bit floating point by most programs; whole numbers of more than 15 digits may change.',
    whatToDo: 'Write it as text, in quotes, when it is an identifier; otherwise with fewer digits.',
  }),
} as const;

function shorten(digits: string): string {
  return digits.length > 40 ? `${digits.slice(0, 40)}… (${counted(digits.length, 'digit')})` : digits;
}
