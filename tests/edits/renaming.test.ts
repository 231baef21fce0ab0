import { describe, expect, test } from 'vitest';

import { duplicate, readDrawing, renameNode } from '../../src/core/workflow/edits/index.ts';
import { textOf } from './texts.ts';

/** A file whose response answers a text, which stands in the file as the JSON that is given. */
function fileWith(json: string, more = ''): string {
  return `{"nodes": [{"id": "old", "type": "condition"}, {"id": "reply", "type": "response", "config": {"output": ${json}}}${more}]}`;
}

/** What becomes of it when `old` is called otherwise. */
function renamed(json: string, newId = 'new'): string {
  const text = textOf(renameNode(fileWith(json), 'old', newId));
  const [before, after] = fileWith('|').replace('"old"', `"${newId}"`).split('|');
  expect(text.startsWith(before ?? '') && text.endsWith(after ?? '')).toBe(true);
  return text.slice(before?.length, text.length - (after?.length ?? 0));
}

describe('a node that is renamed', () => {
  test.each([
    ['"{{ nodes.old.output }}"', '"{{ nodes.new.output }}"'],
    [
      '"{{nodes.old}} {{ nodes . old . x | default(nodes.old.y) }}"',
      '"{{nodes.new}} {{ nodes . new . x | default(nodes.new.y) }}"',
    ],
    ['"{{ nodes[\\"old\\"].output }}"', '"{{ nodes[\\"new\\"].output }}"'],
    ['"{{ nodes[ \'old\' ].output }}"', '"{{ nodes[ \'new\' ].output }}"'],
    [
      '["{{ nodes.old.a }}", {"key": "{{ nodes.old.b == \'x\' }}"}]',
      '["{{ nodes.new.a }}", {"key": "{{ nodes.new.b == \'x\' }}"}]',
    ],
    // However the string is escaped in the file, and however the name is in the expression.
    [
      '"\\u007b{ \\u006eodes.\\u006fld.output }}\\n\\t\\"\\u00e9"',
      '"\\u007b{ \\u006eodes.new.output }}\\n\\t\\"\\u00e9"',
    ],
    ['"{{ nodes[\'\\\\u006fld\'].output }}"', '"{{ nodes[\'new\'].output }}"'],
    // Half typed, or wrong.
    ['"{{ nodes.old."', '"{{ nodes.new."'],
    ['"{{ nodes.old + 1 }} {{ nodes.old.b }}"', '"{{ nodes.new + 1 }} {{ nodes.new.b }}"'],
  ])('is named so in %s', (before, after) => {
    expect(renamed(before)).toBe(after);
  });

  test.each([
    '"nodes.old.output"',
    '"{{ input.nodes.old }} {{ nodes.older.old }} {{ nodes.Old.x }} {{ old }}"',
    '"{{ \'nodes.old\' }} {{ nodes[0].old }} {{ nodes.a[\\"old\\"] }}"',
    '"{ { nodes.old } } nodes[\\"old\\"]"',
    '{"old": "old", "nodes.old": 1}',
  ])('is not meant by %s', (json) => {
    expect(renamed(json)).toBe(json);
  });

  test('is named in brackets where a name cannot follow a dot', () => {
    expect(renamed('"{{ nodes.old.output }} {{ nodes[\\"old\\"] }}"', 'a--b')).toBe(
      '"{{ nodes[\'a--b\'].output }} {{ nodes[\\"a--b\\"] }}"',
    );
    expect(renamed('"{{ nodes.old.output }}"', 'a-b')).toBe('"{{ nodes.a-b.output }}"');
  });

  test('is named so in every kind of text, but not in code', () => {
    const code = 'def run(a: str) -> str:\\n    return \\"{{ nodes.old.output }}\\"\\n';
    const config = `{"function": "run", "code": "${code}", "args": {"a": "{{ nodes.old.output }}"}}`;
    const text = fileWith('""', `, {"id": "f", "type": "pythonFunction", "config": ${config}}`);
    const args = config.replace('"args": {"a": "{{ nodes.old', '"args": {"a": "{{ nodes.new');
    expect(textOf(renameNode(text, 'old', 'new'))).toBe(text.replace('"old"', '"new"').replace(config, args));
  });

  test('keeps what it has to itself', () => {
    for (const [id, newId] of [
      ['old', 'reply'],
      ['old', 'a b'],
      ['old', 'constructor'],
      ['old', ''],
      ['nobody', 'new'],
    ] as const)
      expect(renameNode(fileWith('""'), id, newId)).toMatchObject({ ok: false, reason: expect.any(String) as string });
    expect(textOf(renameNode(fileWith('""'), 'old', 'old'))).toBe(fileWith('""'));
  });

  test('may have had no id, or one that another has', () => {
    const text = '{"nodes": [{"type": "response"}, {"id": "a", "type": "response"}, {"id": "a", "type": "response"}]}';
    const ids = (given: string) => readDrawing(given)?.nodes.map(({ id }) => id);
    expect(ids(text)).toEqual(['#1', 'a', '#3']);
    const first = textOf(renameNode(text, '#1', 'first'));
    expect(ids(textOf(renameNode(first, '#3', 'third')))).toEqual(['first', 'a', 'third']);
  });
});

test('a copy names the copies of those that were copied with it', () => {
  const text = fileWith('"{{ nodes.old.a }} {{ nodes[\'old\'].b }} {{ nodes.other.c }}"');
  expect(readDrawing(textOf(duplicate(text, ['old', 'reply'])))?.nodes.at(-1)?.config['output']).toBe(
    "{{ nodes.old_2.a }} {{ nodes['old_2'].b }} {{ nodes.other.c }}",
  );
});
