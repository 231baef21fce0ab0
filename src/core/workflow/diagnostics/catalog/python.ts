import type { FileEnding } from '../../filePath.ts';
import { error, listed, quoted, warning } from '../entry.ts';

/** The Python of pythonFunction nodes. */
export const pythonCodes = {
  'missing-function-source': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} has neither a \`file\` nor \`code\`.`,
    why: 'The function has to come from somewhere.',
    whatToDo: 'Name a Python file in `file`, or write the module into `code`.',
  }),
  'file-and-code': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} has both a \`file\` and \`code\`.`,
    why: 'There is no telling which of the two has the function.',
    whatToDo: 'Remove one of the two.',
  }),
  'unsafe-file-path': error<{ path: string; problem: string; ending: FileEnding }>({
    message: ({ path, problem }) => `${quoted(path)} cannot be used as a file: ${problem}.`,
    hint: ({ ending }) =>
      `Write a relative path with \`/\` that ends in \`${ending}\`, such as \`${ending === '.py' ? 'functions/orders' : 'tools/find-order'}${ending}\`.`,
    why: 'A workflow file must not reach files outside of its own folder, on whichever system it is opened.',
    whatToDo: 'Write a relative path with `/`, such as `functions/orders.py`.',
  }),
  'file-not-found': error<{ path: string }>({
    message: ({ path }) => `There is no file ${quoted(path)} beside the workflow file.`,
    why: 'The path is relative to the folder of the workflow file.',
    whatToDo: 'Create the file, or correct the path.',
  }),
  'function-not-found': error<{ name: string; where: string; known: readonly string[] }>({
    message: ({ name, where }) => `${where} has no function ${quoted(name)}.`,
    hint: ({ known }) =>
      known.length === 0 ? 'Define it at the top level with `def` or `async def`.' : `It has ${listed(known)}.`,
    why: 'The function must be defined with `def` or `async def` at the top level of the module.',
    whatToDo: 'Define the function, or correct the name.',
  }),
  'invalid-python-name': error<{ name: string }>({
    message: ({ name }) => `${quoted(name)} cannot be the name of a Python function.`,
    why: 'The generated code imports the function by this name.',
    whatToDo: 'Use ASCII letters, digits and _, not starting with a digit, and no word of Python’s own.',
  }),
  'unknown-parameter': error<{ name: string; function: string; known: readonly string[] }>({
    message: ({ name, function: of }) => `The function ${quoted(of)} has no parameter ${quoted(name)}.`,
    hint: ({ known }) => (known.length === 0 ? 'It takes no arguments.' : `It takes ${listed(known)}.`),
    why: 'Python would refuse the call with a TypeError.',
    whatToDo: 'Correct the name, or add the parameter to the function.',
  }),
  'missing-argument': error<{ names: readonly string[]; function: string }>({
    message: ({ names, function: of }) =>
      `The function ${quoted(of)} needs ${names.length === 1 ? 'the argument' : 'the arguments'} ${listed(names)}.`,
    hint: ({ names }) =>
      `Add ${listed(names)} to \`args\`, or give ${names.length === 1 ? 'the parameter a default' : 'the parameters defaults'} in the function.`,
    why: 'Python would refuse the call with a TypeError.',
    whatToDo: 'Add the arguments to `args`.',
  }),
  'variadic-argument': error<{ name: string; written: string }>({
    message: ({ name, written }) => `${quoted(name)} is ${quoted(written)}, which cannot be set by name.`,
    why: '`args` sets parameters by name; `*args` and `**kwargs` have none of their own.',
    whatToDo: 'Remove it from `args`; name single keys for a `**kwargs`.',
  }),
  'unsafe-python-source': error<{ where: string; line: number; problem: string; hint: string }>({
    message: ({ where, line, problem }) => `${where}, line ${line}: ${problem}.`,
    hint: ({ hint }) => hint,
    why: 'Such characters make Python run something else than a reader sees (Trojan Source, CVE-2021-42574), or fail to read it.',
    whatToDo: 'Remove the character, or write it as an escape such as `"\\u202e"` in a string.',
  }),
  'import-left-behind': error<{ where: string; name: string; path: string }>({
    message: ({ where, name, path }) =>
      `${where} imports \`${name}\`, which is \`${path}\` beside it and would not come along.`,
    why: 'Each function file becomes a module of its own in the service; files that it imports are not copied.',
    whatToDo: 'Put what is used of it into the same file, or make it a package that the service installs.',
  }),
  'python-syntax': warning<{ where: string; line: number; column: number; excerpt: string }>({
    message: ({ where, line, column, excerpt }) =>
      `${where}, line ${line}, column ${column} does not look like valid Python: ${quoted(excerpt)}.`,
    why: 'The generated service could not be started. Python itself has the last word, so this is no error.',
    whatToDo: 'Correct the Python code.',
  }),
  'unused-prompt': warning<{ node: string }>({
    message: ({ node }) => `Nothing reads the messages of ${quoted(node)}.`,
    hint: ({ node }) => `Set \`"messages": "{{ nodes.${node}.output }}"\` in the model node.`,
    why: 'Edges say what runs after what; values are taken with expressions.',
    whatToDo: 'Read the messages with `{{ nodes.ID.output }}`, or remove the node.',
  }),
} as const;
