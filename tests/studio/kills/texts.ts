import { sha256 } from '../../../src/host/sha256.ts';

/** A text that something has written, or wanted to. */
export interface MadeText {
  readonly title: string;
  readonly text: string;
  readonly hash: string;
  readonly startedAt: number;
  /** When whoever wrote it was told, or knew, that it lies on the disk. */
  writtenAt?: number;
  /** The Studio said that it was not written. */
  isRefused?: boolean;
}

/** All texts that one file was ever to have. */
export class Texts {
  readonly #template: Readonly<Record<string, unknown>>;
  readonly #byHash = new Map<string, MadeText>();
  readonly #bases = new Set<string>();
  #count = 0;

  /** @param first what lies on the disk already, the text of a workflow */
  constructor(first: string) {
    this.#template = JSON.parse(first) as Readonly<Record<string, unknown>>;
    this.#add('First', first).writtenAt = performance.now();
  }

  /** Another text; `filler` makes it as much longer. */
  next(by: string, filler: number): MadeText {
    this.#count += 1;
    const description = `Version ${this.#count} by ${by}. ${'filler '.repeat(filler / 7)}`;
    return this.#add(`${by} ${this.#count}`, `${JSON.stringify({ ...this.#template, description }, null, 2)}\n`);
  }

  /**
   * Says what is wrong with a text that lies on the disk: it was never made, was refused, or something that was written wholly
   * later is gone.
   */
  problemWith(text: string): string | undefined {
    const found = this.#byHash.get(sha256(text));
    if (found === undefined) return `A text that nobody has made: ${text.slice(0, 300)}`;
    if (found.isRefused) return `${found.title} was refused, and lies there.`;
    const { writtenAt = Infinity } = found;
    const lost = [...this.#byHash.values()].find(
      (other) => other.writtenAt !== undefined && other.startedAt > writtenAt,
    );
    return lost && `${found.title} lies there, though ${lost.title} was written later.`;
  }

  /** Something is about to be written in the place of what has that hash. */
  replacing(hash: string): void {
    this.#bases.add(hash);
  }

  /** Whether somebody knew of a text that is to be written over. */
  isReplacedKnowingly({ hash }: MadeText): boolean {
    return this.#bases.has(hash);
  }

  #add(title: string, text: string): MadeText {
    const made = { title, text, hash: sha256(text), startedAt: performance.now() };
    this.#byHash.set(made.hash, made);
    return made;
  }
}
