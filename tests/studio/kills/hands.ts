import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { refusalSchema, type RouteBody, type StoredText } from '../../../src/studio/protocol/index.ts';
import { Refused, type CommandPage } from '../commandPage.ts';
import type { MadeText, Texts } from './texts.ts';

export type Random = () => number;

/** A tab of a browser: it listens to the events, and saves one text after the other, as the page does. */
export class Tab {
  readonly #page: CommandPage;
  readonly #name: string;
  readonly #closed = new AbortController();

  constructor(page: CommandPage, name: string) {
    this.#page = page;
    this.#name = name;
  }

  /** It is gone from one moment to the next, whatever was under way. */
  close(): void {
    this.#closed.abort();
  }

  /** Draws until it is closed or nobody answers any more; gives what it was told is saved. */
  async draw(file: string, texts: Texts, random: Random): Promise<readonly MadeText[]> {
    const saved: MadeText[] = [];
    const { signal } = this.#closed;
    try {
      await this.#listen();
      let { hash: base } = await this.#open(file);
      for (;;) {
        const made = texts.next(this.#name, random() < 0.1 ? 150_000 : random() * 2_000);
        const save = { text: made.text, base, title: made.title };
        texts.replacing(base);
        const refusedFor = await this.#save({ file, save }, made);
        if (refusedFor === undefined) saved.push(made);
        base = refusedFor === undefined ? made.hash : await this.#whole(file, refusedFor);
        if (random() < 0.5) await sleep(random() * 20, undefined, { signal });
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
      return saved;
    }
  }

  async #open(file: string): Promise<StoredText> {
    const { text, hash } = await this.#page.ask('openFile', { file }, this.#closed.signal);
    return { text, hash };
  }

  /** The hash of what lies there once an editor has written it to its end: half a text is nothing to go on from. */
  async #whole(file: string, stored: StoredText): Promise<string> {
    let latest = stored;
    while (!isJson(latest.text)) latest = await this.#open(file);
    return latest.hash;
  }

  /** Gives what lies there instead, where that is another. */
  async #save(body: RouteBody<'saveFile'>, made: MadeText): Promise<StoredText | undefined> {
    try {
      await this.#page.ask('saveFile', body, this.#closed.signal);
      made.writtenAt = performance.now();
      return undefined;
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409) throw error;
      made.isRefused = true;
      return refusalSchema.parse(JSON.parse(error.body)).stored;
    }
  }

  async #listen(): Promise<void> {
    const { origin, headers } = this.#page;
    const init = { method: 'POST', headers, body: '{}', signal: this.#closed.signal };
    const { body } = await fetch(`${origin}/api/events`, init);
    void body?.pipeTo(new WritableStream()).catch(() => undefined);
  }
}

/** An editor beside the Studio: writes into the file, or puts another in its place, as editors do. Gives what was lost of that. */
export async function edit(
  path: string,
  texts: Texts,
  random: Random,
  signal: AbortSignal,
): Promise<readonly MadeText[]> {
  const lost: MadeText[] = [];
  while (!signal.aborted) {
    const made = texts.next('editor', 0);
    if (random() < 0.5) {
      await writeFile(path, made.text);
      made.writtenAt = performance.now();
    } else {
      await writeFile(`${path}~`, made.text);
      await rename(`${path}~`, path);
      made.writtenAt = performance.now();
      await sleep(random() * 50);
      const isThere = (await readFile(path, 'utf8')) === made.text;
      if (!isThere && !texts.isReplacedKnowingly(made)) lost.push(made);
    }
    await sleep(random() * 100, undefined, { signal }).catch(() => undefined);
  }
  return lost;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
