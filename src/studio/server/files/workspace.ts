import { basename, join, relative, sep } from 'node:path';

import type { FileEntry } from '../../protocol/index.ts';
import { RefusedRequest } from '../handlers.ts';
import { realTarget } from './realTarget.ts';
import { describe, scan } from './scan.ts';
import { Turns } from './turns.ts';

/** A file that some page shows: a workflow file, or one that a workflow file names. */
export interface Shown {
  readonly file: string;
  /** By its path from the workflow's folder; undefined for the workflow file itself. */
  readonly source: string | undefined;
}

/** What was read or written last at a place, and for whom that is of interest. */
interface Known {
  readonly hash: string | undefined;
  readonly shown: ReadonlyMap<string, Shown>;
}

export interface WorkspaceOptions {
  /** Real paths. */
  readonly folder: string;
  readonly opened: string | undefined;
  /** Makes an id that cannot be guessed. */
  readonly idOf: (name: string) => string;
}

/** The opened folder. Files have ids towards the page; every path is made here, and stays below the folder. */
export class Workspace {
  readonly folder: string;
  readonly opened: string | undefined;
  /** What is done to one file is done one after the other. */
  readonly turns = new Turns();
  readonly #idOf: (name: string) => string;
  readonly #places = new Map<string, string>();
  readonly #known = new Map<string, Known>();
  #entries: readonly FileEntry[] | undefined;
  #isCut = false;

  constructor({ folder, opened, idOf }: WorkspaceOptions) {
    this.folder = folder;
    this.opened = opened;
    this.#idOf = idOf;
  }

  /** There is more in the folder than is listed. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** The workflow files, as they were when the folder was looked through last. */
  async files(): Promise<readonly FileEntry[]> {
    return this.#entries ?? this.lookThrough();
  }

  /** Looks through the folder again. */
  async lookThrough(): Promise<readonly FileEntry[]> {
    const { files, isCut } = await scan(this.folder, this.opened);
    this.#isCut = isCut;
    this.#entries = files.map((file) => ({ id: this.idOf(join(this.folder, file.path)), ...file }));
    return this.#entries;
  }

  /** Looks again at one file that is listed. */
  async lookAt(place: string): Promise<void> {
    const found = await describe(this.folder, place);
    this.#entries = this.#entries?.map((entry) => (entry.path === found.path ? { id: entry.id, ...found } : entry));
  }

  /** The id of a workflow file of the folder. */
  idOf(place: string): string {
    const id = this.#idOf(relative(this.folder, place).replaceAll(sep, '/'));
    this.#places.set(id, place);
    return id;
  }

  /** Where the file with that id lies, or lay in this launch. Throws a refusal for every other id. */
  async placeOf(id: string): Promise<string> {
    if (!this.#places.has(id)) await this.lookThrough();
    const place = this.#places.get(id);
    if (place === undefined)
      throw new RefusedRequest(404, {
        code: 'unknown_file',
        message: 'The Studio does not know this file.',
        hint: 'Choose one from the list of files.',
      });
    return place;
  }

  /** Its path as it is shown. */
  pathOf(place: string): string {
    return relative(this.folder, place).replaceAll(sep, '/');
  }

  /**
   * The place that a write has to go to: links followed, so that they stay links. Throws a refusal where that does not lie below
   * the folder.
   */
  async target(place: string, root: string = this.folder): Promise<string> {
    const target = await realTarget(place, root);
    if (target !== undefined && target.startsWith(root + sep)) return target;
    throw new RefusedRequest(403, {
      code: 'outside_folder',
      message: `${basename(place)} leads out of the folder that is open.`,
      hint: `Put the file itself below ${root}.`,
    });
  }

  /** Notes what lies at a place now, as it was read or written, and that a page shows it. */
  know(place: string, hash: string | undefined, shown?: Shown): void {
    const known = this.#known.get(place);
    const all = new Map(known?.shown);
    if (shown !== undefined) all.set(shown.file, shown);
    this.#known.set(place, { hash, shown: all });
  }

  /** Whether some page shows, or wants to show, what lies there. */
  isShown(place: string): boolean {
    return this.#known.has(place);
  }

  /** All that some page shows. */
  shownPlaces(): readonly string[] {
    return [...this.#known.keys()];
  }

  /** For whom a place is of interest; nobody where the same lies there as was known. */
  concerned(place: string, hash: string | undefined): readonly Shown[] {
    const known = this.#known.get(place);
    return known === undefined || known.hash === hash ? [] : [...known.shown.values()];
  }
}
