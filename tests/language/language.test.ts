import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { setValue } from '../../src/core/workflow/edits/index.ts';
import { check, parse } from '../../src/core/workflow/index.ts';
import {
  calleeOf,
  completionsAt,
  highlightsOf,
  hoverAt,
  lenientContext,
  previewOf,
  readerAt,
  spanInString,
  valueAtPath,
  type KnownValues,
} from '../../src/core/workflow/language/index.ts';

const folder = 'examples/support-chat';
const support = readFileSync(`${folder}/support-chat.workflow.json`, 'utf8');
const sources = new Map([['functions/orders.py', readFileSync(`${folder}/functions/orders.py`, 'utf8')]]);

/** A text with the place of the caret marked by `^`. */
function marked(text: string): { readonly text: string; readonly offset: number } {
  const offset = text.indexOf('^');
  return { text: text.replace('^', ''), offset };
}

function contextOf(file: string) {
  const context = lenientContext(file, sources, 'support-chat.workflow.json');
  if (context === undefined) throw new Error('The file is no JSON.');
  return context;
}

function completing(given: string, node = 'prompt', file = support, key?: string) {
  const { text, offset } = marked(given);
  const context = contextOf(file);
  const reader = context.graph.nodes.get(node);
  if (reader === undefined) throw new Error(`There is no node ${node}.`);
  return completionsAt(context, readerAt(reader, key), text, offset);
}

const labels = (given: string, node?: string, file?: string, key?: string) =>
  completing(given, node, file, key).map(({ label }) => label);

/** The text after a completion was taken. */
function taking(given: string, label: string, node?: string): string | undefined {
  const { text } = marked(given);
  const taken = completing(given, node).find((completion) => completion.label === label);
  return taken && text.slice(0, taken.replaces.start) + taken.insert + text.slice(taken.replaces.end);
}

describe('completion', () => {
  test('offers the fields of the input, with their types', () => {
    const [message, language] = completing('Hello {{ input.^');
    expect(message).toMatchObject({ label: 'message', detail: 'text', insert: 'message' });
    expect(language?.label).toBe('language');
  });

  test('offers whole paths where a value begins', () => {
    expect(labels('{{ ^ }}')).toEqual(expect.arrayContaining(['input.message', 'input', 'env', 'not']));
    expect(labels('{{ ^', 'reply')).toEqual(
      expect.arrayContaining(['nodes.answer.output', 'nodes.answer.output.content', 'nodes.prompt.output']),
    );
  });

  test('takes the place of exactly the name under the caret', () => {
    expect(taking('{{ input.mes^ }} and {{ input.language }}', 'message')).toBe(
      '{{ input.message }} and {{ input.language }}',
    );
    expect(taking('{{ inp^ut.message }}', 'input')).toBe('{{ input.message }}');
    expect(taking('{{ nodes.^ }}', 'ask')).toBe('{{ nodes.ask. }}');
    expect(taking('{{ input.^message | upper }}', 'language')).toBe('{{ input.language | upper }}');
  });

  test('writes keys that are no names in brackets', () => {
    const file = setValue(support, ['nodes', 0, 'config', 'inputSchema', 'properties', 'order id'], { type: 'string' });
    if (!file.ok) throw new Error(file.reason);
    const { text, offset } = marked('{{ input.^');
    const context = contextOf(file.text);
    const reader = context.graph.nodes.get('prompt');
    const found = reader && completionsAt(context, reader, text, offset).find(({ label }) => label === 'order id');
    expect(found).toMatchObject({ insert: '["order id"]', replaces: { start: 8, end: 9 } });
  });

  test('offers only nodes that came before, and says which of them may not have run', () => {
    expect(labels('{{ nodes.^ }}', 'prompt')).toEqual(['ask']);
    const before = completing('{{ nodes.^ }}', 'order_reply');
    expect(before.map(({ label }) => label)).toEqual(['get_order', 'answer', 'prompt', 'ask']);
    expect(before.every(({ detail }) => detail === '')).toBe(true);
    const handles = completing('{{ nodes.answer.^', 'reply');
    expect(handles.map(({ label, detail }) => `${label}: ${detail}`)).toEqual([
      'output: an object',
      'function_call: an object, may be missing',
    ]);
  });

  test('goes into what a node gives, as deep as it is known', () => {
    expect(labels('{{ nodes.answer.output.us^', 'reply')).toContain('usage');
    expect(labels('{{ nodes.answer.output.usage.^', 'reply')).toContain('total_tokens');
    expect(labels('{{ nodes.answer.function_call.arguments.^', 'get_order')).toEqual(['number']);
  });

  test('offers filters that take what stands before the bar', () => {
    expect(labels('{{ input.message | ^ }}')).toContain('upper');
    expect(labels('{{ input.message | ^ }}')).not.toContain('join');
    expect(taking('{{ input.message | def^ }}', 'default')).toBe("{{ input.message | default('') }}");
  });

  test('offers variables, and nothing outside of expressions and inside of quoted texts', () => {
    expect(labels('{{ env.^')).toEqual(['SUPPORT_REGION']);
    expect(labels('plain ^ text {{ input.message }}')).toEqual([]);
    expect(labels("{{ 'quo^ted' }}")).toEqual([]);
    expect(labels('{{ input.message }} behind^')).toEqual([]);
  });

  test('offers the variables of the loops around, what is in them, and how blocks go on', () => {
    const words = "{{ for word in input.message | split(' ') }}{{ for item in [{'id': 1}] }}";
    expect(completing(`${words}{{ ^ }}`).slice(0, 2)).toMatchObject([
      { label: 'word', detail: 'text' },
      { label: 'item', insert: 'item' },
    ]);
    expect(labels(`${words}{{ item.^ }}`)).toEqual(['id']);
    expect(labels(`${words}{{ end }}{{ ^ }}`)).toEqual(expect.arrayContaining(['word', 'end', 'now()', 'for … in …']));
    expect(labels(`${words}{{ end }}{{ ^ }}`)).not.toContain('item');
    expect(labels('{{ ^ }}')).not.toContain('end');
  });

  test('works while the file has errors elsewhere, also of its form', () => {
    const edits: readonly [(string | number)[], string | number | null][] = [
      [['nodes', 2, 'config', 'maxTokens'], -5],
      [['nodes', 1, 'config', 'messages'], 7],
      [['nodes', 0, 'config', 'unknownKey'], 1],
      [['nodes', 3, 'type'], 'nothingKnown'],
      [['edges', 0, 'target'], 'nowhere'],
    ];
    for (const [path, value] of edits) {
      const file = setValue(support, path, value);
      if (!file.ok) throw new Error(file.reason);
      expect(labels('{{ input.^', 'prompt', file.text), JSON.stringify(path)).toContain('message');
    }
    const cut = support.slice(0, support.indexOf('"edges"'));
    expect(labels('{{ input.^', 'prompt', cut)).toContain('message');
  });
});

test('what a name is, is told at each of its parts', () => {
  const at = (given: string, node: string) => {
    const { text, offset } = marked(given);
    const context = contextOf(support);
    const reader = context.graph.nodes.get(node);
    return reader && hoverAt(context, reader, text, offset);
  };
  expect(at('{{ input.mess^age }}', 'prompt')).toMatchObject({ title: 'input.message', type: 'text' });
  expect(at('{{ nodes.ans^wer.output }}', 'reply')).toMatchObject({ documentation: expect.stringContaining('OpenAI') });
  expect(at('{{ nodes.answer.function_call.arguments.num^ber }}', 'get_order')).toMatchObject({
    title: 'nodes.answer.function_call.arguments.number',
    type: 'text',
    documentation: 'The order number, such as A-1042',
    path: { root: 'nodes', keys: ['answer', 'function_call', 'arguments', 'number'] },
  });
  expect(at('{{ input.message | upp^er }}', 'prompt')).toMatchObject({
    title: '| upper',
    documentation: 'In upper case',
  });
});

test('tokens of whole and of half typed expressions', () => {
  const text = "{{ input.a | upper }} and {{ nodes.x[0] == 'y' and nope";
  const [whole, half] = highlightsOf(text);
  const kinds = (given: typeof whole) =>
    given?.tokens.map(({ start, end, kind }) => `${kind} ${text.slice(start, end)}`);
  expect(kinds(whole)).toEqual(['brace {{', 'root input', 'symbol .', 'key a', 'symbol |', 'filter upper', 'brace }}']);
  expect(half?.isClosed).toBe(false);
  expect(kinds(half)?.slice(-4)).toEqual(['symbol ==', "string 'y'", 'word and', 'invalid nope']);
});

describe('previews', () => {
  const values: KnownValues = {
    input: { message: 'Hi', count: 2 },
    nodes: new Map([['answer', { content: 'Hello', function_call: { name: 'f', arguments: { n: 1 } } }]]),
    env: new Map([['REGION', 'EU']]),
  };

  test('texts are filled in as the service fills them in', () => {
    const text = "{{ input.message | upper }}, {{ input.count }} {{ env.REGION }} {{ input.none | default('-') }}";
    expect(previewOf(text, values).map((part) => part.text)).toEqual(['HI', ', ', '2', ' ', 'EU', ' ', '-']);
  });

  test('what is not known yet stands there as it is written', () => {
    expect(previewOf('{{ nodes.later.output }}', values)).toEqual([
      { kind: 'unknown', text: '{{ nodes.later.output }}', why: 'No run has given this value yet.' },
    ]);
    expect(previewOf('a {{ input.message | round }}', values)[1]?.kind).toBe('unknown');
    expect(previewOf('a {{ nope', values).at(-1)?.kind).toBe('unknown');
  });

  test('values of paths', () => {
    expect(valueAtPath(values, { root: 'nodes', keys: ['answer', 'output', 'content'] })).toBe('Hello');
    expect(valueAtPath(values, { root: 'nodes', keys: ['answer', 'function_call', 'name'] })).toBe('f');
    expect(valueAtPath(values, { root: 'nodes', keys: ['answer'] })).toBeUndefined();
    expect(valueAtPath(values, { root: 'input', keys: [] })).toEqual({ message: 'Hi', count: 2 });
  });
});

test('what a node calls', () => {
  expect(calleeOf(contextOf(support), 'get_order')).toMatchObject({
    parameters: [{ name: 'number', type: 'str', isRequired: true }],
    functions: expect.arrayContaining(['get_order']),
  });
  expect(calleeOf(contextOf(support), 'answer')).toBeUndefined();
});

test('ranges of findings are found again in the value of a string, however it is escaped', () => {
  const text = JSON.stringify({ a: 'He said "hi"\n\\ {{ input.mesage }} ü' });
  const value = 'He said "hi"\n\\ {{ input.mesage }} ü';
  const start = text.indexOf('mesage');
  const at = value.indexOf('mesage');
  expect(spanInString(text, { start, end: start + 6 })).toEqual({ start: at, end: at + 6 });
  expect(spanInString(text, { start: text.indexOf('"He'), end: text.length - 1 })).toBeUndefined();
});

test('a mistake in an expression is found where it stands in the text', () => {
  const file = setValue(support, ['nodes', 1, 'config', 'messages', 1, 'content'], 'Line\n"{{ input.mesage }}"');
  if (!file.ok) throw new Error(file.reason);
  const parsed = parse(file.text);
  if (!parsed.ok) throw new Error('The file has another form.');
  const [finding] = check(parsed.value, sources).diagnostics;
  const span = finding && spanInString(file.text, finding.range);
  expect(span && 'Line\n"{{ input.mesage }}"'.slice(span.start, span.end)).toBe('mesage');
});

test('`until` of a loop reads what is in its body, and the item; other fields of it do not', () => {
  const file = readFileSync('examples/refine-until-good/refine-until-good.workflow.json', 'utf8');
  expect(labels('{{ nodes.^ }}', 'again', file, 'until')).toEqual(expect.arrayContaining(['judge', 'write', 'again']));
  expect(labels('{{ nodes.again.^ }}', 'again', file, 'until')).toEqual(['item', 'index']);
  expect(labels('{{ nodes.judge.output.parsed.^ }}', 'again', file, 'until')).toEqual(['good']);
  expect(labels('{{ nodes.^ }}', 'again', file, 'initial')).toEqual(['request']);
  expect(labels('{{ nodes.again.^ }}', 'again', file, 'initial')).toEqual([]);
  const [judged] = completing('{{ nodes.judge.output.parsed.^ }}', 'again', file, 'until');
  expect(judged).toMatchObject({ detail: 'a boolean' });
});
