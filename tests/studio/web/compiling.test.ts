import { beforeAll, beforeEach, expect, test, vi } from 'vitest';

import type { OpenedFile } from '../../../src/studio/protocol/index.ts';

/** The modules of the page that this is about; they are typed with what a browser has. */
interface Page {
  readonly useDocument: {
    getState: () => {
      readonly current: { readonly text: string; readonly compiled: { readonly text: string } | undefined } | undefined;
      readonly open: (file: OpenedFile) => void;
      readonly setText: (text: string, title: string) => void;
    };
  };
  readonly startCompiling: () => () => void;
  readonly compileAhead: (text: string) => void;
}

const asked = vi.hoisted(() => [] as { readonly text: string; readonly answer: () => void }[]);

vi.mock('../../../src/studio/web/document/compiler.ts', () => ({
  compiler: () => ({
    compile: async ({ text }: { readonly text: string }) =>
      new Promise((resolve) => {
        const nothing = { diagnostics: [], files: undefined, order: undefined, trigger: undefined };
        asked.push({ text, answer: () => resolve(nothing) });
      }),
  }),
}));

let page: Page;

beforeAll(async () => {
  vi.stubGlobal('location', { hash: '', pathname: '/' });
  vi.stubGlobal('history', { replaceState: () => undefined });
  const kept = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  vi.stubGlobal('sessionStorage', kept);
  vi.stubGlobal('localStorage', kept);
  const folder = '../../../src/studio/web/document';
  const modules = await Promise.all(
    ['documentStore', 'compiling'].map(async (name) => (await import(`${folder}/${name}.ts`)) as Partial<Page>),
  );
  page = Object.assign({}, ...modules) as Page;
  page.startCompiling();
});

beforeEach(async () => {
  const file = { path: 'w.workflow.json', isWritable: true, hash: '', wasSaved: true, sources: {} };
  page.useDocument.getState().open({ ...file, id: String(Math.random()), text: named('first') });
  await answered();
});

function named(name: string): string {
  return JSON.stringify({ version: 1, name, nodes: [], edges: [] });
}

/** Answers all that was asked, and gives of what. */
async function answered(): Promise<readonly string[]> {
  const taken = asked.splice(0);
  for (const { answer } of taken) answer();
  await new Promise((resolve) => setImmediate(resolve));
  return taken.map(({ text }) => text);
}

const compiled = (): string | undefined => page.useDocument.getState().current?.compiled?.text;

test('what is compiled while a key is drawn is there with the text, and asked once', async () => {
  page.compileAhead(named('second'));
  expect(await answered()).toEqual([named('second')]);
  expect(compiled()).toBe(named('first'));
  page.useDocument.getState().setText(named('second'), 'Type');
  expect(compiled()).toBe(named('second'));
  expect(await answered()).toEqual([]);
});

test('a text that comes before its answer waits for that; one that nobody foresaw is asked for', async () => {
  page.compileAhead(named('second'));
  page.useDocument.getState().setText(named('second'), 'Type');
  expect(compiled()).toBe(named('first'));
  expect(await answered()).toEqual([named('second')]);
  expect(compiled()).toBe(named('second'));

  page.compileAhead(named('third'));
  await answered();
  page.useDocument.getState().setText(named('other'), 'Type');
  expect(compiled()).toBe(named('second'));
  expect(await answered()).toEqual([named('other')]);
  expect(compiled()).toBe(named('other'));
});
