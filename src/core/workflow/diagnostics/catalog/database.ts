import { counted, error, listed, quoted } from '../entry.ts';

/** Statements of databases, and operations of Redis. */
export const databaseCodes = {
  'template-in-sql': error<{ next: number }>({
    message: () => 'A value is written into the SQL.',
    hint: ({ next }) => `Write \`$${next}\` in its place, without quotes, and add the expression to \`parameters\`.`,
    why: 'Whoever fills in the value could write SQL of his own into the statement.',
    whatToDo: 'Write `$1` in its place, without quotes, and put the expression into `parameters`.',
  }),
  'no-statement': error<object>({
    message: () => 'There is no SQL statement here.',
    why: 'The database would refuse it.',
    whatToDo: 'Write a statement such as `SELECT name FROM people WHERE city = $1`.',
  }),
  'several-statements': error<object>({
    message: () => 'A second statement begins here.',
    why: 'Statements with parameters are sent one by one.',
    whatToDo: 'Put the earlier ones into `before`; all run in one transaction.',
  }),
  'sql-parameters': error<{ given: number; most: number; unread: readonly number[] }>({
    message: ({ given, most, unread }) =>
      most > given
        ? `The statement reads $${most}, and there ${given === 1 ? 'is' : 'are'} ${counted(given, 'parameter')}.`
        : `The statement does not read ${listed(unread.map((number) => `$${number}`))}.`,
    why: 'Each parameter is one `$1`, `$2` … of the statement; the database refuses others.',
    whatToDo: 'Let `parameters` have one value for each `$1`, `$2` … of the statement.',
  }),
  'writing-statement': error<{ verb: string }>({
    message: ({ verb }) => `${quoted(verb)} writes, and the step only reads.`,
    why: 'The transaction of a step that only reads is one in which the database refuses to write.',
    whatToDo: 'Say `"readOnly": false`.',
  }),
  'operation-needs': error<{ operation: string; missing: readonly string[] }>({
    message: ({ operation, missing }) => `${quoted(operation)} needs ${listed(missing)}.`,
    why: 'It could not be done.',
    whatToDo: 'Add what is missing.',
  }),
} as const;
