import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { emit, plan } from '../../src/core/codegen/python/index.ts';
import { applyEdits, check, parse, sourceFiles } from '../../src/core/workflow/index.ts';
import { codes, diagnose, edge, node, read, workflowText } from './workflows.ts';

interface File {
  nodes: { id: string; disabled?: boolean; config: object }[];
  edges: { source: string; target: string }[];
  notes?: object[];
}

function changed(text: string, change: (file: File) => void): string {
  const file = JSON.parse(text) as File;
  change(file);
  return JSON.stringify(file, null, 2);
}

function disabling(text: string, ...ids: readonly string[]): string {
  return changed(text, ({ nodes }) => {
    for (const each of nodes) if (ids.includes(each.id)) each.disabled = true;
  });
}

function without(text: string, ...ids: readonly string[]): string {
  return changed(text, (file) => {
    file.nodes = file.nodes.filter(({ id }) => !ids.includes(id));
    file.edges = file.edges.filter(({ source, target }) => !ids.includes(source) && !ids.includes(target));
  });
}

function filesOf(text: string) {
  const checked = check(read(text), new Map());
  return checked.ok ? emit(plan(checked.value)) : checked.diagnostics;
}

const fork = workflowText(
  ['alone', 'left', 'down', 'm', 'r'],
  ['alone > left', 'alone > down', 'left > m', 'down > m', 'm > r', 'm.stream > r.stream'],
);

describe('a disabled node', () => {
  test('and its edges are as if they were not in the file', () => {
    const disabled = disabling(fork, 'left');
    expect(filesOf(disabled)).toEqual(filesOf(without(fork, 'left')));
    expect(filesOf(disabled)).not.toEqual(filesOf(fork));
    expect(diagnose(disabled).map(({ message }) => message)).toEqual(
      diagnose(without(fork, 'left')).map(({ message }) => message),
    );
  });

  test('is read, but its config is not looked at beyond its form', () => {
    const broken = changed(fork, ({ nodes, edges }) => {
      nodes.splice(1, 0, node('left_out', 'pythonFunction', { function: 'is missing', file: '../away.py' }) as never);
      edges.splice(1, 0, edge('left_out > nowhere'));
    });
    expect(codes(diagnose(broken)).length).toBeGreaterThan(0);
    expect(diagnose(disabling(broken, 'left_out'))).toEqual([]);
    const misshapen = changed(disabling(fork, 'left'), ({ nodes }) => {
      for (const each of nodes) if (each.disabled) each.config = { colour: 'red' };
    });
    expect(codes(diagnose(misshapen))).toContain('unknown-key');
  });

  test('names no files', () => {
    const text = changed(fork, ({ nodes }) => {
      for (const each of nodes) if (each.id === 'left') each.config = { function: 'run', file: 'left.py' };
    });
    expect(sourceFiles(read(text))).toEqual(['left.py']);
    expect(sourceFiles(read(disabling(text, 'left')))).toEqual([]);
  });

  test('leaves findings about others where they stand in the text', () => {
    const text = changed(disabling(fork, 'left'), ({ nodes, edges }) => {
      edges.push(edge('down > nowhere'));
      for (const each of nodes) if (each.id === 'r') each.config = { output: '{{ nodes.left.output }}' };
    });
    const found = diagnose(text);
    expect(found.map(({ code, path }) => [code, path])).toEqual([
      ['disabled-node-reference', ['nodes', 4, 'config', 'output']],
      ['unknown-node', ['edges', 6, 'target']],
    ]);
    const [reference, end] = found.map(({ range }) => text.slice(range.start, range.end));
    expect([reference, end]).toEqual(['left', '"nowhere"']);
  });

  test('that is read can be enabled by a fix', () => {
    const text = changed(disabling(fork, 'left'), ({ nodes }) => {
      for (const each of nodes) if (each.id === 'r') each.config = { output: '{{ nodes.left.output }}' };
    });
    const [fix] = diagnose(text)[0]?.fixes ?? [];
    expect(fix?.title).toBe('Enable it');
    expect(codes(diagnose(applyEdits(text, fix?.edits ?? [])))).not.toContain('disabled-node-reference');
  });

  test('says of itself that it is a trigger or response', () => {
    expect(codes(diagnose(disabling(fork, 'alone')))).toContain('disabled-trigger');
    expect(codes(diagnose(disabling(fork, 'r')))).toContain('disabled-response');
  });
});

test('notes change nothing in the generated project', () => {
  const text = readFileSync('examples/chat/chat.workflow.json', 'utf8');
  const noted = changed(text, (file) => {
    const [position, size] = [
      { x: 0, y: 0 },
      { width: 200, height: 100 },
    ];
    file.notes = [
      { id: 'note', text: '{{ nodes.nowhere.output }}', position, size, color: 'blue' },
      { id: 'group', text: 'All', position, size, nodes: ['ask', 'answer'] },
    ];
  });
  expect(parse(noted)).toMatchObject({ ok: true, diagnostics: [] });
  expect(filesOf(noted)).toEqual(filesOf(text));
});
