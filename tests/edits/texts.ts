import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { EditResult } from '../../src/core/workflow/edits/index.ts';

export function textOf(result: EditResult): string {
  if (!result.ok) throw new Error(result.reason);
  return result.text;
}

/** What a text says; a byte order mark says nothing. */
export function fileIn(text: string): File {
  return JSON.parse(text.replace(/^\uFEFF/, '')) as File;
}

export interface File {
  name?: string;
  nodes?: Item[];
  edges?: Edge[];
  notes?: Item[];
}

export interface Item {
  id: string;
  type?: string;
  label?: string;
  position?: { x: number; y: number };
  disabled?: boolean;
  config?: Record<string, unknown>;
  nodes?: string[];
}

export interface Edge {
  source: string;
  sourceHandle?: string;
  target: string;
  targetHandle?: string;
}

export const examples: readonly (readonly [name: string, text: string])[] = readdirSync('examples', {
  recursive: true,
  encoding: 'utf8',
})
  .filter((path) => path.endsWith('.workflow.json'))
  .map((path) => [path, readFileSync(join('examples', path), 'utf8')] as const);

/** The same file as other people and programs write it. */
export const otherwise: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in one line': (text) => JSON.stringify(fileIn(text)),
  'as Python writes it': (text) =>
    JSON.stringify(fileIn(text)).replaceAll(/(?<=["\]}\d]|true|false|null)([,:])(?=["[{\d]|true|false|null)/g, '$1 '),
  'with every value in a line': (text) => `${JSON.stringify(fileIn(text), null, 2)}\n`,
  'with tabs': (text) => JSON.stringify(fileIn(text), null, '\t'),
  'with four spaces': (text) => JSON.stringify(fileIn(text), null, 4),
  'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
  'with a byte order mark': (text) => `\uFEFF${text}`,
  'with keys in another order': (text) =>
    JSON.stringify(
      fileIn(text),
      (_, value: unknown) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).toReversed())
          : value,
      2,
    ),
};

/** Files that are hardly any. */
export const bare: Readonly<Record<string, string>> = {
  'no lists': '{"name": "bare"}',
  'an empty object': '{}',
  'empty lists': '{\n  "version": 1,\n  "name": "bare",\n  "nodes": [],\n  "edges": []\n}\n',
  'lists of other things':
    '{"nodes": [1, "a", null, {"id": 3}, {"id": "a", "type": "b"}], "edges": [{}, 1], "notes": [[]]}',
  'no lists at all': '{\n\t"nodes": {},\n\t"edges": "none",\n\t"notes": null\n}',
  'ids that are taken': '{"nodes":[{"id":"a","type":"response"},{"id":"a","type":"response"},{"type":"response"}]}',
  'keys that are there twice': '{"nodes":[],"nodes":[{"id":"a","id":"b","type":"condition","type":"response"}]}',
};
