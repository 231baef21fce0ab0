import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { projectHash } from '../../../src/host/projectHash.ts';
import type { Session, User } from '../../cli/catalyst.ts';
import { pageOf, type CommandPage } from '../commandPage.ts';
import { filesBelow, processesIn } from '../runsStudio.ts';
import { edit, Tab, type Random } from './hands.ts';
import { descendantsOf, untilGone } from './processTree.ts';
import { Texts, type MadeText } from './texts.ts';

export const name = 'chat.workflow.json';

/** Python has so long to see that its parent is gone; twice as long for a busy machine. */
const endsWithinMs = 20_000;

/** A folder in which a Studio is started and killed over and over. */
export class Household {
  readonly #user: User;
  readonly #random: Random;
  /** What lies there at the beginning, a workflow that can run. */
  readonly #first: string;
  readonly #texts: Texts;
  /** Runs whose start was answered. */
  readonly #begun = new Set<string>();
  /** What somebody was told is saved, and has not been looked for in the history. */
  #saved: MadeText[] = [];
  /** What goes on in this round. */
  #doing: string[] = [];
  #problems: string[] = [];

  constructor(user: User, first: string, random: Random) {
    this.#user = user;
    this.#random = random;
    this.#first = first;
    this.#texts = new Texts(first);
  }

  /** What went on in the last round. */
  get doing(): string {
    return this.#doing.join(', ');
  }

  get #path(): string {
    return join(this.#user.folder, name);
  }

  /**
   * Starts the Studio, checks what the last one has left, lets all hands work, and kills it in the middle; gives what is not as it
   * has to be.
   */
  async round(): Promise<readonly string[]> {
    this.#problems = [];
    const session = this.#user.start('studio', name, '--no-open', '--port', '0');
    const page = await pageOf(session);
    const file = await this.#check(page);
    await this.#work(session, page, file);
    const { stderr } = await session.finished;
    this.#expect(stderr === '', `The Studio says: ${stderr}`);
    const problem = this.#texts.problemWith(await readFile(this.#path, 'utf8'));
    this.#expect(problem === undefined, problem ?? '');
    return this.#problems;
  }

  #expect(isSo: boolean, otherwise: string): void {
    if (!isSo) this.#problems.push(otherwise);
  }

  /** All that was answered is there. */
  async #check(page: CommandPage): Promise<string> {
    const { opened: file = '', files } = await page.ask('studio', {});
    const paths = files.map(({ path }) => path).join();
    this.#expect(paths === name, `The folder shows ${paths}.`);
    const { text } = await page.ask('openFile', { file });
    this.#expect(text === (await readFile(this.#path, 'utf8')), 'Another text is shown than lies there.');
    const { versions } = await page.ask('versions', { file });
    const kept = new Map(versions.map(({ hash, id }) => [hash, id]));
    const missing = this.#saved.filter(({ hash }) => !kept.has(hash)).map(({ title }) => title);
    this.#expect(missing.length === 0, `The history does not have ${missing.join()}.`);
    const last = this.#saved.findLast(({ hash }) => kept.has(hash));
    if (last !== undefined) {
      const version = await page.ask('version', { file, version: kept.get(last.hash) ?? '' });
      this.#expect(version.text === last.text, `${last.title} is another in the history.`);
    }
    this.#saved = [];
    await this.#checkRuns(page, file);
    return file;
  }

  async #checkRuns(page: CommandPage, file: string): Promise<void> {
    const { runs } = await page.ask('runs', { file, limit: 500 });
    const missing = [...this.#begun].filter((id) => !runs.some((run) => run.id === id));
    this.#expect(missing.length === 0, `The history does not have the runs ${missing.join()}.`);
    for (const { id } of runs.slice(0, 3)) {
      const { state, updates, text } = await page.ask('run', { run: id });
      const ending = updates.at(-1);
      const isWhole = ending?.kind === 'state' && ending.state === state && text === this.#first;
      const isOver = state === 'done' || state === 'failed' || state === 'cancelled';
      this.#expect(isWhole && isOver, `The run ${id} is ${state}, and ends with ${JSON.stringify(ending)}.`);
    }
    if (this.#begun.size > 400) await page.ask('forgetRuns', { file }).then(() => this.#begun.clear());
  }

  async #work(session: Session, page: CommandPage, file: string): Promise<void> {
    const random = this.#random;
    const ended = new AbortController();
    const isRunning = random() < 0.25;
    const tabs = [new Tab(page, 'one'), new Tab(page, 'two')].slice(0, random() < 0.5 ? 1 : 2);
    const hands: Promise<unknown>[] = tabs.map(async (tab) => {
      this.#saved.push(...(await tab.draw(file, this.#texts, random)));
    });
    this.#doing = [`${tabs.length} tabs`];
    if (random() < 0.4) this.#add(hands, 'editor', this.#edit(ended.signal));
    if (isRunning) this.#add(hands, 'runs', this.#run(page, file));
    if (random() < 0.3) this.#add(hands, 'exports', this.#export(page, file));
    const last = tabs.at(-1);
    if (random() < 0.3)
      this.#add(
        hands,
        'a tab closes',
        sleep(random() * 200).then(() => last?.close()),
      );
    const afterMs = random() * (isRunning ? 2_500 : 300);
    this.#doing.push(`killed after ${Math.round(afterMs)} ms`);
    await sleep(afterMs);
    const children = descendantsOf(session.child.pid ?? 0);
    session.child.kill('SIGKILL');
    ended.abort();
    await Promise.all([...hands, session.finished]);
    const left = [...(await untilGone(children, endsWithinMs)), ...(await this.#leftInProjects())];
    this.#expect(left.length === 0, `The processes ${left.join()} outlive their Studio.`);
  }

  /** Those that stand in a project that was built to be run: one may have begun after the others were counted. */
  async #leftInProjects(): Promise<readonly number[]> {
    const end = performance.now() + endsWithinMs;
    for (;;) {
      const left = await processesIn(this.#user.env['CATALYST_CACHE_DIR'] ?? '');
      if (left.length === 0 || performance.now() > end) return left;
      await sleep(20);
    }
  }

  #add(hands: Promise<unknown>[], what: string, work: Promise<unknown>): void {
    this.#doing.push(what);
    hands.push(work);
  }

  async #edit(signal: AbortSignal): Promise<void> {
    const lost = await edit(this.#path, this.#texts, this.#random, signal);
    this.#expect(lost.length === 0, `Written over unseen: ${lost.map(({ title }) => title).join()}.`);
  }

  async #run(page: CommandPage, file: string): Promise<void> {
    const text = this.#first;
    await untilKilled(async () => {
      await page.ask('setSimulator', { firstTokenMs: 20, tokensPerSecond: 20 + this.#random() * 200 });
      for (;;) {
        const { run } = await page.ask('startRun', { file, text, input: { message: 'Hello' } });
        this.#begun.add(run);
        await sleep(this.#random() * 400);
        if (this.#random() < 0.3) await page.ask('stopRun', { run });
      }
    });
  }

  /** What the last export has left half done, this one ends. */
  async #export(page: CommandPage, file: string): Promise<void> {
    const folder = join(this.#user.folder, 'service');
    await untilKilled(async () => {
      for (;;) {
        const { text } = this.#texts.next('export', this.#random() * 500);
        const exported = await page.ask('exportFolder', { file, text, folder: 'service' });
        const isWhole = projectHash(await filesBelow(folder)) === exported.projectHash;
        this.#expect(isWhole, 'An export is not what was generated.');
        this.#expect(
          exported.conflicts.length === 0,
          `An export is in conflict: ${JSON.stringify(exported.conflicts)}`,
        );
      }
    });
  }
}

/** Work of a page that ends when nobody answers any more. */
async function untilKilled(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    // fetch throws a TypeError when a connection fails or breaks.
    if (!(error instanceof TypeError)) throw error;
  }
}
