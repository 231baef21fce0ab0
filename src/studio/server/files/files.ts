import type { Edition, ServerEvent, StoredText } from '../../protocol/index.ts';
import type { Emit } from '../handlers.ts';
import type { VersionOrigin, Versions } from '../store/versions.ts';
import type { Database } from '../store/collection.ts';
import type { Workspace } from './workspace.ts';

export interface FilesOptions {
  readonly workspace: Workspace;
  readonly emit: Emit;
  /** Tells all pages but one; nobody where that is not known, as it would then be told of its own doing. */
  readonly emitToOthers: (page: string | undefined, event: ServerEvent) => void;
  readonly database: () => Promise<Database>;
  readonly onFault: (error: unknown) => void;
}

/** The files of the opened folder, with their history. */
export class Files {
  readonly workspace: Workspace;
  readonly emit: Emit;
  readonly emitToOthers: FilesOptions['emitToOthers'];
  readonly onFault: (error: unknown) => void;
  readonly #database: () => Promise<Database>;
  #versions: Promise<Versions> | undefined;
  readonly #saved = new Set<string>();
  #listed = '';

  constructor({ workspace, emit, emitToOthers, database, onFault }: FilesOptions) {
    this.workspace = workspace;
    this.emit = emit;
    this.emitToOthers = emitToOthers;
    this.#database = database;
    this.onFault = onFault;
  }

  /** Does something with the history of a place, after what is being kept of it. */
  async withVersions<T>(place: string, work: (versions: Versions) => T | Promise<T>): Promise<T> {
    return this.workspace.turns.take(`history of ${place}`, async () => work(await this.#open()));
  }

  /** Keeps a version of what lies at a place. That it cannot be is no reason to refuse a save. */
  async keepVersion(place: string, stored: StoredText, how: VersionOrigin): Promise<void> {
    await this.withVersions(place, (versions) => versions.add(place, stored, how)).catch(this.onFault);
  }

  /**
   * Whether a page has saved this state of its text, or a later one. A browser that is killed forgets what happened last: its page
   * may offer what it has gone on from, and saved, long ago.
   */
  async wasSaved(place: string, edition: Edition): Promise<boolean> {
    return this.withVersions(place, (versions) => versions.hasEdition(place, edition));
  }

  /** Whether this launch has not saved there before. */
  isFirstSave(place: string): boolean {
    const isFirst = !this.#saved.has(place);
    this.#saved.add(place);
    return isFirst;
  }

  /** Looks through the folder again, and tells the pages when its list is another. */
  async refreshList(): Promise<void> {
    await this.workspace.lookThrough();
    await this.#tellList();
  }

  /** The same for one file that was changed, not made: its name and what it says of itself. */
  async refreshEntry(place: string): Promise<void> {
    await this.workspace.lookAt(place);
    await this.#tellList();
  }

  async #tellList(): Promise<void> {
    const entries = await this.workspace.files();
    const listed = JSON.stringify(entries);
    if (listed !== this.#listed) this.emit({ type: 'files', files: [...entries] });
    this.#listed = listed;
  }

  /** The local history, opened when it is first needed. */
  async #open(): Promise<Versions> {
    this.#versions ??= Promise.all([import('../store/versions.ts'), this.#database()]).then(
      ([store, database]) => new store.Versions(database),
    );
    return this.#versions;
  }
}
