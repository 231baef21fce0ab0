import { error, listed, quoted, warning } from '../entry.ts';

/** What stands in `{{ … }}`. */
export const expressionCodes = {
  'loop-over-no-list': error<{ variable: string; found: string }>({
    message: ({ variable, found }) => `The loop of \`${variable}\` needs a list, but this is ${found}.`,
    why: '`{{ for item in list }}` repeats a text for each item of a list.',
    whatToDo: 'Take a list: `| split`, `| keys` and `| values` make one.',
  }),
  'expression-syntax': error<{ problem: string; hint: string }>({
    message: ({ problem }) => problem,
    hint: ({ hint }) => hint,
    why: 'The expression language is small on purpose: paths, literals, operators and filters.',
    whatToDo: "Correct the expression at the place shown. Where `{{` is meant as text, write `{{ '{{' }}`.",
  }),
  'unknown-root': error<{ problem: string; hint: string }>({
    message: ({ problem }) => problem,
    hint: ({ hint }) => hint,
    why: 'Values come from `input`, `env` and `nodes`, and from nowhere else.',
    whatToDo: 'Start the path with `input`, `env` or `nodes`; put text in quotes.',
  }),
  'unknown-filter': error<{ problem: string; hint: string }>({
    message: ({ problem }) => problem,
    hint: ({ hint }) => hint,
    why: 'Only the listed filters exist, so that an expression can never do more than that.',
    whatToDo: 'Use one of the filters, or work the value out in a pythonFunction node.',
  }),
  'filter-arguments': error<{ problem: string; hint: string }>({
    message: ({ problem }) => problem,
    hint: ({ hint }) => hint,
    why: 'Each filter takes a fixed number of arguments.',
    whatToDo: 'Give the filter the arguments that it takes.',
  }),
  'expression-number': error<{ problem: string; hint: string }>({
    message: ({ problem }) => problem,
    hint: ({ hint }) => hint,
    why: 'Whole numbers beyond 2^53 are not exact in JSON, and Python refuses to read very long ones.',
    whatToDo: 'Write identifiers as text, in quotes.',
  }),
  'expression-key': error<{ problem: string; hint: string }>({
    message: ({ problem }) => problem,
    hint: ({ hint }) => hint,
    why: '`__proto__`, `constructor` and `prototype` have been used for attacks on programs that read JSON.',
    whatToDo: 'Give the value another key.',
  }),
  'expression-too-complex': error<{ problem: string; hint: string }>({
    message: ({ problem }) => problem,
    hint: ({ hint }) => hint,
    why: 'Python refuses to read expressions that are nested very deep.',
    whatToDo: 'Work the value out in a pythonFunction node.',
  }),
  'not-one-expression': error<{ name: string }>({
    message: ({ name }) => `${name} must be one expression and nothing else.`,
    why: 'With text around it the value would always be text.',
    whatToDo: 'Write it as `{{ … }}`, with no text before or after it, such as `{{ input.age >= 18 }}`.',
  }),
  'wrong-expression-type': error<{ name: string; expected: string; found: string; hint: string }>({
    message: ({ name, expected, found }) => `${name} must be ${expected}, but this expression gives ${found}.`,
    hint: ({ hint }) => hint,
    why: 'The types are known when the workflow is built, so the request could never be right.',
    whatToDo: 'Take another value, or convert it: `| int`, `| float`, `| string`.',
  }),
  'incomplete-reference': error<{ root: 'env' | 'nodes'; known: readonly string[] }>({
    message: ({ root }) => (root === 'env' ? '`env` alone is no value.' : '`nodes` alone is no value.'),
    hint: ({ root, known }) =>
      root === 'env'
        ? `Name the variable: ${listed(
            known.map((name) => `env.${name}`),
            'or',
          )}.`
        : `Name the node and its output: ${listed(
            known.map((name) => `nodes.${name}`),
            'or',
          )}.`,
    why: 'Only single variables and single outputs have values.',
    whatToDo: 'Write `env.NAME` or `nodes.ID.HANDLE`.',
  }),
  'disabled-node-reference': error<{ id: string }>({
    message: ({ id }) => `${quoted(id)} is disabled, so it has no value.`,
    why: 'A disabled node is left out of the workflow, as if it were not in the file.',
    whatToDo: 'Enable it, or take another value.',
  }),
  'unknown-node-reference': error<{ id: string; known: readonly string[] }>({
    message: ({ id }) => `There is no node ${quoted(id)}.`,
    hint: ({ known }) => `The nodes are ${listed(known)}.`,
    why: '`nodes.ID.HANDLE` names a node of the same file by its id.',
    whatToDo: 'Correct the id.',
  }),
  'missing-output': error<{ node: string; known: readonly string[] }>({
    message: ({ node }) => `\`nodes.${node}\` does not say which output is meant.`,
    hint: ({ node, known }) =>
      `Write ${listed(
        known.map((handle) => `nodes.${node}.${handle}`),
        'or',
      )}.`,
    why: 'Values lie at the outputs of a node.',
    whatToDo: 'Write `nodes.ID.HANDLE`, such as `nodes.answer.output`.',
  }),
  'unknown-output': error<{ node: string; handle: string; known: readonly string[] }>({
    message: ({ node, handle }) => `${quoted(node)} has no output ${quoted(handle)}.`,
    hint: ({ node, known }) => `Its outputs with a value are ${listed(known.map((name) => `nodes.${node}.${name}`))}.`,
    why: '`nodes.ID.HANDLE` names an output handle of the node.',
    whatToDo: 'Use an output that the node has.',
  }),
  'output-without-value': error<{ node: string; handle: string | undefined; known: readonly string[] }>({
    message: ({ node, handle }) =>
      handle === undefined
        ? `${quoted(node)} has no output with a value.`
        : `The output ${quoted(handle)} of ${quoted(node)} has no value to read.`,
    hint: ({ node, known }) =>
      known.length === 0
        ? 'A run only passes through it; use the values that it looks at itself.'
        : `Read ${listed(
            known.map((name) => `nodes.${node}.${name}`),
            'or',
          )}.`,
    why: 'Streams, the ways of a condition, and steps such as a delay carry the run but no value.',
    whatToDo: 'Read an output that has a value.',
  }),
  'self-reference': error<{ node: string }>({
    message: ({ node }) => `${quoted(node)} reads its own output, which is not there yet.`,
    why: 'An expression is worked out before its node runs.',
    whatToDo: 'Read the output of a node that runs before.',
  }),
  'not-yet-run': error<{ node: string; reader: string; order: 'after' | 'any' | 'never' }>({
    message: ({ node, reader, order }) =>
      ({
        after: `${quoted(node)} runs after ${quoted(reader)}, so it has no value here.`,
        any: `Nothing makes ${quoted(node)} run before ${quoted(reader)}.`,
        never: `No run reaches ${quoted(node)}, so it has no value here.`,
      })[order],
    hint: ({ node, reader, order }) =>
      ({
        after: `Read it in a node that comes after ${quoted(node)}.`,
        any: `Add an edge, or a way of edges, from ${quoted(node)} to ${quoted(reader)}.`,
        never: `Connect ${quoted(node)} to what runs before it, or read another node.`,
      })[order],
    why: 'Nodes without a way of edges between them may run in any order.',
    whatToDo: 'Add an edge from the node that is read to the one that reads.',
  }),
  'may-not-run': error<{ value: string; reader: string; reason: string }>({
    message: ({ value, reader, reason }) => `\`${value}\` may be missing when ${quoted(reader)} reads it: ${reason}.`,
    hint: () => 'Say what to take instead: `| default("…")`, or read it in a node on that way.',
    why: 'A run takes one way at a branch; nodes on the other ways have no value.',
    whatToDo: 'Guard the value with `| default(…)`.',
  }),
  'undeclared-env': error<{ name: string; known: readonly string[] }>({
    message: ({ name }) => `The environment variable ${quoted(name)} is not declared.`,
    hint: ({ name }) => `Add ${quoted(name)} to \`env\` at the top of the file.`,
    why: 'Expressions read only variables that the file declares, so that a reviewer sees them in one place.',
    whatToDo: 'Add the name to `env`.',
  }),
  'unknown-input': error<{ name: string; known: readonly string[] }>({
    message: ({ name }) => `The input has no property ${quoted(name)}.`,
    hint: ({ known }) =>
      known.length === 0
        ? 'Declare it in the `inputSchema` of the trigger.'
        : `The input has ${listed(known)}; declare others in the \`inputSchema\` of the trigger.`,
    why: 'The input has the properties that the trigger’s `inputSchema` declares.',
    whatToDo: 'Declare the property, or correct the name.',
  }),
  'optional-input': warning<{ name: string }>({
    message: ({ name }) => `\`${name}\` may be missing in a request, which would end the run with an error.`,
    hint: () => 'Make it required, give it a `default` in the `inputSchema`, or write `| default(…)` behind it.',
    why: 'The property is neither required nor has it a default.',
    whatToDo: 'Say what to take when it is missing.',
  }),
  'optional-member': warning<{ name: string }>({
    message: ({ name }) => `\`${name}\` may be missing, which would end the run with an error.`,
    hint: () => 'Write `| default(…)` behind it, or make its schema require it.',
    why: 'The schema of the value does not require the property, or what stands in for a step that failed lacks it.',
    whatToDo: 'Say what to take when it is missing.',
  }),
  'impossible-member': error<{ of: string; key: string | number; type: string; known: readonly string[] }>({
    message: ({ of, key, type }) =>
      `\`${of}\` is ${type}, which never has ${typeof key === 'number' ? `an item [${key}]` : quoted(key)}.`,
    hint: ({ known }) =>
      known.length === 0 ? 'Take the value itself, or correct the path.' : `It has ${listed(known)}.`,
    why: 'The type of the value is known when the workflow is built.',
    whatToDo: 'Correct the path.',
  }),
  'unequal-values': error<{ operator: string; left: readonly string[]; right: readonly string[] }>({
    message: ({ operator, left, right }) =>
      `This comparison with \`${operator}\` always comes out the same: one side is ${listed(left, 'or')}, the other ${listed(right, 'or')}.`,
    why: 'A value that its schema does not list never comes.',
    whatToDo: 'Compare with a value that the schema lists, or add it there.',
  }),
  'impossible-comparison': error<{ operator: string; left: string; right: string; ordering: boolean }>({
    message: ({ operator, left, right, ordering }) =>
      ordering
        ? `\`${operator}\` compares two numbers or two texts, not ${left} with ${right}.`
        : `This is ${operator === '==' ? 'never' : 'always'} true: ${left} is never equal to ${right}.`,
    hint: () => 'Convert one of the two first: `| int`, `| float` or `| string`.',
    why: 'Comparisons never convert between types.',
    whatToDo: 'Compare values of the same type.',
  }),
  'impossible-arithmetic': error<{ operator: string; operands: readonly string[]; isText: boolean }>({
    message: ({ operator, operands }) =>
      operands.length === 1
        ? `\`${operator}\` takes a number, not ${operands[0]}.`
        : `\`${operator}\` takes two numbers, not ${operands.join(' and ')}.`,
    hint: ({ operator, isText }) =>
      operator === '+' && isText
        ? 'Join texts with `~`, or convert them to numbers with `| int` or `| float`.'
        : 'Convert the value first: `| int`, `| float` or `| length`.',
    why: 'Arithmetic never converts between types.',
    whatToDo: 'Reckon with numbers; join texts with `~`.',
  }),
  'impossible-membership': error<{ operator: string; value: string; container: string }>({
    message: ({ operator, value, container }) =>
      `\`${operator}\` looks for an item in a list, or for text in text or among the keys of an object, not for ${value} in ${container}.`,
    hint: () => 'Look in a list, such as `["a", "b"]`, or convert the value with `| string`.',
    why: 'The types are known when the workflow is built, and the expression would fail on them.',
    whatToDo: 'Look for the value in a list, a text or the keys of an object.',
  }),
  'failing-expression': error<{ reason: string }>({
    message: ({ reason }) => `This always fails: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`,
    hint: () => 'Take other values, or leave it out.',
    why: 'It comes out the same in every run, so no run gets past it.',
    whatToDo: 'Correct the values.',
  }),
  'impossible-filter': error<{ filter: string; takes: string; found: string }>({
    message: ({ filter, takes, found }) => `\`${filter}\` takes ${takes}, not ${found}.`,
    hint: ({ takes }) =>
      takes.startsWith('text')
        ? 'Convert the value first with `| string` or `| json`.'
        : 'Take another value or another filter.',
    why: 'The type of the value is known when the workflow is built, and the filter would fail on it.',
    whatToDo: 'Use the filter on a value that it takes.',
  }),
} as const;
