import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { refusalSchema, type RouteBody } from '../../../src/studio/protocol/index.ts';
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
      let { hash: base } = await this.#page.ask('openFile', { file }, signal);
      for (;;) {
        const made = texts.next(this.#name, random() < 0.1 ? 150_000 : random() * 2_000);
        const save = { text: made.text, base, title: made.title };
        const refused = await this.#save({ file, save }, made);
        if (refused === undefined) saved.push(made);
        base = refused ?? made.hash;
        if (random() < 0.5) await sleep(random() * 20, undefined, { signal });
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
      return saved;
    }
  }

  /** Gives the hash of what lies there instead, where that is another. */
  async #save(body: RouteBody<'saveFile'>, made: MadeText): Promise<string | undefined> {
    try {
      await this.#page.ask('saveFile', body, this.#closed.signal);
      made.writtenAt = performance.now();
      return undefined;
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409) throw error;
      made.isRefused = true;
      return refusalSchema.parse(JSON.parse(error.body)).stored?.hash ?? '';
    }
  }

  async #listen(): Promise<void> {
    const { origin, headers } = this.#page;
    const init = { method: 'POST', headers, body: '{}', signal: this.#closed.signal };
    const { body } = await fetch(`${origin}/api/events`, init);
    void body?.pipeTo(new WritableStream()).catch(() => undefined);
  }
}

/** An editor beside the Studio: writes into the file, or puts another in its place, as editors do. */
export async function edit(path: string, texts: Texts, random: Random, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(random() * 120, undefined, { signal }).catch(() => undefined);
    const made = texts.next('editor', 0);
    if (random() < 0.5) await writeFile(path, made.text);
    else {
      await writeFile(`${path}~`, made.text);
      await rename(`${path}~`, path);
    }
    made.writtenAt = performance.now();
  }
}
