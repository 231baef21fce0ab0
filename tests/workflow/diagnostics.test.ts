import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import {
  applyEdits,
  check,
  diagnosticCodes,
  formatDiagnostic,
  parse,
  type Diagnostic,
} from '../../src/core/workflow/index.ts';
import { readSources } from '../compile.ts';

/** Each folder is named after the code that its input gives, with a word behind a dot where there are several. */
const root = join(import.meta.dirname, 'diagnostics');
const cases = readdirSync(root);

function codeOf(name: string): string {
  return name.split('.')[0] ?? '';
}

function diagnose(text: string, folder: string): readonly Diagnostic[] {
  const parsed = parse(text);
  if (!parsed.ok) return parsed.diagnostics;
  return check(parsed.value, readSources(parsed.value, folder), 'input.workflow.json').diagnostics;
}

function codesOf(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ code }) => code);
}

test('every code of the catalog has a case', () => {
  // Files of thousands of lines are made by tests of their own instead.
  const elsewhere = [
    'file-too-large',
    'too-many-nodes',
    'branch-too-deep',
    'too-many-references',
    'unusable-recorded-run',
  ];
  expect([...new Set([...cases.map(codeOf), ...elsewhere])].toSorted()).toEqual([...diagnosticCodes].toSorted());
});

describe.each(cases)('%s', (name) => {
  const folder = join(root, name);
  const text = readFileSync(join(folder, 'input.workflow.json'), 'utf8');
  const found = diagnose(text, folder);

  test('is shown as a user sees it', async () => {
    const shown = found.map((diagnostic) => formatDiagnostic(diagnostic, { path: 'input.workflow.json', text }));
    await expect(`${shown.join('\n\n')}\n`).toMatchFileSnapshot(join(folder, 'expected.txt'));
    expect(codesOf(found)).toContain(codeOf(name));
  });

  test('shows a way out', () => {
    for (const { hint, suggestion, fixes } of found) expect(hint ?? suggestion ?? fixes).toBeTruthy();
  });

  test('goes when the fault goes', () => {
    const repaired = join(folder, 'fixed.workflow.json');
    const fixable = found.filter(({ code, fixes }) => code === codeOf(name) && fixes !== undefined);
    expect(existsSync(repaired) || fixable.length > 0).toBe(true);
    if (existsSync(repaired)) {
      // Nothing else may be wrong either, or the case could hide more than it shows.
      expect(diagnose(readFileSync(repaired, 'utf8'), folder)).toEqual([]);
    }
    for (const { fixes = [], code, range } of fixable) {
      for (const { title, edits } of fixes) {
        const after = diagnose(applyEdits(text, edits), folder);
        const same = after.filter((other) => other.code === code && other.range.line === range.line);
        const before = found.filter((other) => other.code === code && other.range.line === range.line);
        expect(same.length, title).toBe(before.length - 1);
      }
    }
  });
});
