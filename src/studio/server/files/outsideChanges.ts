import { existsSync, type Stats } from 'node:fs';
import { basename, relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FSWatcher } from 'chokidar';

import { HostError } from '../../../host/errors.ts';
import type { StoredText } from '../../protocol/index.ts';
import type { Files } from './files.ts';
import { realTarget } from './realTarget.ts';
import { isLookedInto, isWorkflowFile } from './scan.ts';
import { readStored, shownTo } from './storedText.ts';

/** Editors write a file in several steps; what comes within this time is one change. */
const settleMs = 80;
/** So long a file may be half of a JSON text before it counts as meant so. */
const [halfWrittenMs, halfWrittenChecks] = [100, 6];
const returnMs = 1_000;
const mostDepth = 8;

/** Follows what editors, git and others do in the opened folder, and tells the pages. */
export class OutsideChanges {
  readonly #files: Files;
  readonly #onTrouble: (text: string) => void;
  /** By place, whether the list of files may be another: something came or went. */
  readonly #changed = new Map<string, boolean>();
  #watcher: FSWatcher | undefined;
  #settle: NodeJS.Timeout | undefined;
  #return: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();

  /** @param onTrouble told when changes will not be seen */
  constructor(files: Files, onTrouble: (text: string) => void) {
    this.#files = files;
    this.#onTrouble = onTrouble;
  }

  /** Begins to watch; fulfilled once every change is seen. */
  async start(): Promise<void> {
    const { watch } = await import('chokidar');
    const { folder } = this.#files.workspace;
    // Where there is more than is listed, watching all of it could take more handles than the system has.
    const depth = this.#files.workspace.isCut ? 0 : mostDepth;
    const watcher = watch(folder, {
      depth,
      ignored: (path, stats) => this.#isIgnored(path, stats),
    });
    this.#watcher = watcher;
    let isReady = false;
    watcher.on('all', (event, path) => {
      // Of a file that comes to be watched later it is seen here that it may have changed before.
      if (isReady || !event.startsWith('add')) this.#note(path, event !== 'change');
    });
    watcher.once('error', (error) => {
      // The same again and again, for each folder.
      watcher.on('error', () => undefined);
      this.#onTrouble(watchTrouble(error));
    });
    await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
    isReady = true;
    // What changed before there was someone to see it.
    const places = this.#files.workspace.shownPlaces();
    await this.#inTurn(() => this.#takeIn(places.map((place) => [place, true])));
  }

  /** Follows further files, wherever they lie. */
  follow(places: readonly string[]): void {
    this.#watcher?.add([...places]);
  }

  async close(): Promise<void> {
    clearInterval(this.#return);
    await this.#watcher?.close();
    clearTimeout(this.#settle);
    await this.#working;
  }

  /** Each watched file takes a handle, so only those are that matter. */
  #isIgnored(path: string, stats: Stats | undefined): boolean {
    const { workspace } = this.#files;
    if (path === workspace.folder || path === workspace.opened || workspace.isShown(path)) return false;
    const isWithin = relative(workspace.folder, path).split(sep).every(isLookedInto);
    return !isWithin || (stats?.isFile() === true && !isWorkflowFile(basename(path)));
  }

  #note(place: string, isAboutList: boolean): void {
    this.#changed.set(place, isAboutList || (this.#changed.get(place) ?? false));
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      const changed = [...this.#changed];
      this.#changed.clear();
      void this.#inTurn(() => this.#takeIn(changed));
    }, settleMs);
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.#working = this.#working.then(work).catch(this.#files.onFault);
    return this.#working;
  }

  async #takeIn(changed: readonly (readonly [place: string, isAboutList: boolean])[]): Promise<void> {
    const { workspace } = this.#files;
    let isListOld = false;
    for (const [place, isAboutList] of changed) {
      const isOwnDoing = workspace.isShown(place) && !(await this.#takeInFile(place));
      if (isOwnDoing) continue;
      if (isAboutList) isListOld = true;
      else if (isWorkflowFile(basename(place))) await this.#files.refreshEntry(place);
    }
    if (isListOld) await this.#files.refreshList();
    if (!existsSync(workspace.folder)) this.#awaitReturn();
  }

  /** Tells the pages what lies there now, and says whether that was news. */
  async #takeInFile(place: string): Promise<boolean> {
    const { workspace, emit } = this.#files;
    await this.#waitUntilWritten(place);
    return workspace.turns.take(place, async () => {
      const stored = await this.#read(place);
      if (stored === 'unreadable') return true;
      const concerned = workspace.concerned(place, stored?.hash);
      workspace.know(place, stored?.hash);
      for (const { file, source } of concerned)
        emit({
          type: 'file',
          file,
          ...(source !== undefined && { source }),
          ...(stored && { stored: shownTo(source, stored) }),
        });
      if (stored !== undefined && concerned.length > 0)
        void this.#files.keepVersion(place, stored, { title: '', origin: 'outside' });
      return concerned.length > 0;
    });
  }

  async #waitUntilWritten(place: string): Promise<void> {
    if (!isWorkflowFile(basename(place))) return;
    for (let check = 0; check < halfWrittenChecks && (await this.#isHalf(place)); check += 1)
      await sleep(halfWrittenMs);
  }

  /** Whether some text is there that is no JSON, and was not there before. */
  async #isHalf(place: string): Promise<boolean> {
    const stored = await this.#read(place);
    if (stored === undefined) return false;
    if (stored === 'unreadable') return true;
    if (this.#files.workspace.concerned(place, stored.hash).length === 0) return false;
    try {
      JSON.parse(stored.text.replace(/^\uFEFF/, ''));
      return false;
    } catch {
      return true;
    }
  }

  /** What is no text now, or lies elsewhere, is nothing to be shown: the page goes on with what it has, and cannot save over it. */
  async #read(place: string): Promise<StoredText | undefined | 'unreadable'> {
    const { folder } = this.#files.workspace;
    const target = await realTarget(place, folder);
    if (target === undefined || !target.startsWith(folder + sep)) return 'unreadable';
    try {
      return await readStored(target);
    } catch (error) {
      if (error instanceof HostError) return 'unreadable';
      throw error;
    }
  }

  /** A folder that is gone is no longer watched; when it is back, everything in it may be another. */
  #awaitReturn(): void {
    clearInterval(this.#return);
    this.#return = setInterval(() => {
      const { workspace } = this.#files;
      if (!existsSync(workspace.folder)) return;
      clearInterval(this.#return);
      void this.#watcher
        ?.close()
        .then(() => this.start())
        .catch(this.#files.onFault);
    }, returnMs).unref();
  }
}

function watchTrouble(error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `Changes by other programs may go unseen (${why}). On Linux, raise fs.inotify.max_user_watches.`;
}
