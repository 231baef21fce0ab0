import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { sha256 } from '../../../src/host/sha256.ts';
import type { OpenedFile, RouteBody, StoredText } from '../../../src/studio/protocol/index.ts';

/** The modules of the page that this is about; they are typed with what a browser has. */
interface Page {
  readonly useDocument: {
    getState: () => {
      readonly current: { readonly text: string; readonly save: { readonly kind: string } } | undefined;
      readonly open: (file: OpenedFile) => void;
      readonly close: (file: string) => void;
      readonly setText: (text: string, title: string) => void;
    };
  };
  readonly startSaving: () => () => void;
  readonly takeIn: (file: string, stored: StoredText) => void;
  readonly settleConflict: (stored: StoredText, text: string) => void;
}

async function loadPage(): Promise<Page> {
  const folder = '../../../src/studio/web/document';
  const modules = await Promise.all(
    ['documentStore', 'saving'].map(async (name) => (await import(`${folder}/${name}.ts`)) as Partial<Page>),
  );
  return Object.assign({}, ...modules) as Page;
}

/** What lies on the disk of a server, and all that was ever written there. */
class Disk {
  readonly written: string[] = [];
  text = '';
  isAway = false;
  /** The next text is written, and the connection lost before that is said. */
  breaksAfterWriting = false;

  async answer(_path: string, { body }: { readonly body: string }): Promise<Response> {
    if (this.isAway) throw new TypeError('fetch failed');
    const { save } = JSON.parse(body) as RouteBody<'saveFile'>;
    if (save.base !== sha256(this.text)) {
      const refusal = { code: 'conflict', message: 'Another version.', stored: stored(this.text) };
      return Promise.resolve(Response.json(refusal, { status: 409 }));
    }
    this.text = save.text;
    this.written.push(save.text);
    if (this.breaksAfterWriting) {
      this.breaksAfterWriting = false;
      throw new TypeError('fetch failed');
    }
    return Promise.resolve(Response.json({ hash: sha256(save.text) }));
  }
}

function stored(text: string): StoredText {
  return { text, hash: sha256(text) };
}

function textWith(description: string, note: string): string {
  const notes = [{ id: 'n', text: note, position: { x: 0, y: 0 }, size: { width: 100, height: 50 } }];
  return `${JSON.stringify({ version: 1, name: 'w', description, nodes: [], edges: [], notes }, null, 2)}\n`;
}

const first = textWith('first', 'a note');
let disk: Disk;
let page: Page;
let stop: () => void;

beforeAll(async () => {
  vi.stubGlobal('location', { hash: '', pathname: '/' });
  const kept = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  vi.stubGlobal('sessionStorage', kept);
  vi.stubGlobal('localStorage', kept);
  vi.stubGlobal('history', { replaceState: () => undefined });
  vi.stubGlobal('fetch', async (path: string, init: { readonly body: string }) => disk.answer(path, init));
  page = await loadPage();
  stop = page.startSaving();
});

afterAll(() => {
  stop();
  vi.unstubAllGlobals();
});

beforeEach(() => {
  disk = new Disk();
  disk.text = first;
  page.useDocument.getState().close('f');
  page.useDocument
    .getState()
    .open({ id: 'f', path: 'w.workflow.json', ...stored(first), sources: {}, isWritable: true, wasSaved: false });
});

/** Something outside writes, and the page is told. */
function writeOutside(text: string): void {
  disk.text = text;
  page.takeIn('f', stored(text));
}

function draw(text: string): void {
  page.useDocument.getState().setText(text, 'Draw');
}

const current = (): ReturnType<Page['useDocument']['getState']>['current'] => page.useDocument.getState().current;

async function settled(): Promise<void> {
  await expect.poll(() => current()?.save.kind).toBe('saved');
}

test('what was written outside is taken in, and nothing is written over it', async () => {
  const outside = textWith('outside', 'a note');
  writeOutside(outside);
  expect(current()).toMatchObject({ text: outside, stored: stored(outside) });
  draw(textWith('outside', 'mine'));
  await settled();
  expect(disk.written).toEqual([textWith('outside', 'mine')]);
});

test('what both have changed at other places is merged, and only that is written', async () => {
  disk.isAway = true;
  draw(textWith('first', 'mine'));
  await expect.poll(() => current()?.save.kind).toBe('offline');
  writeOutside(textWith('outside', 'a note'));
  const merged = textWith('outside', 'mine');
  await expect.poll(() => current()?.text).toBe(merged);
  disk.isAway = false;
  await expect.poll(() => disk.text).toBe(merged);
  await settled();
  expect(disk.written).toEqual([merged]);
});

test.each(['mine', 'outside'])(
  'where both have changed the same, what is chosen is written and nothing else: %s',
  async (chosen) => {
    const outside = textWith('outside', 'a note');
    disk.text = outside;
    draw(textWith('mine', 'a note'));
    await expect.poll(() => current()?.save.kind).toBe('conflict');
    const text = textWith(chosen, 'a note');
    page.settleConflict(stored(outside), text);
    await expect.poll(() => disk.text).toBe(text);
    await settled();
    expect(current()?.text).toBe(text);
    expect(disk.written).toEqual(chosen === 'mine' ? [text] : []);
  },
);

test('a text that arrived without an answer is known as the own one, whatever was drawn meanwhile', async () => {
  disk.breaksAfterWriting = true;
  draw(textWith('first', ''));
  await expect.poll(() => current()?.save.kind).toBe('offline');
  draw(textWith('first', 'written on'));
  draw(textWith('first', 'written on and on'));
  await settled();
  expect(disk.written).toEqual([textWith('first', ''), textWith('first', 'written on and on')]);
});
