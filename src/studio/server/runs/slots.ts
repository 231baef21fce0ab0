import { mkdirSync, openSync, closeSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { systemCode } from '../../../host/errors.ts';
import { isAlive } from '../../../host/fileLock.ts';

/** A folder that one project is in at a time. */
export interface Slot {
  readonly folder: string;
  /** Gives the folder to whoever comes next; what lies in it stays, so that Python has compiled most of it already. */
  readonly release: () => void;
}

/** The folders that projects run in, shared by all Studios of this machine; a Studio that was killed holds none. */
export class Slots {
  readonly #place: string;
  /** What was in each slot last. */
  readonly #last = new Map<number, string>();
  readonly #held = new Set<number>();

  constructor(place: string) {
    this.#place = place;
  }

  /** @param name of the workflow; a slot that had it before is taken first */
  take(name: string): Slot {
    const known = [...this.#last].filter(([, each]) => each === name).map(([number]) => number);
    for (const number of [...known, ...Array.from({ length: 1_000 }, (_, index) => index)]) {
      if (this.#held.has(number) || !this.#claim(number)) continue;
      this.#held.add(number);
      this.#last.set(number, name);
      return {
        folder: join(this.#place, String(number)),
        release: () => {
          this.#held.delete(number);
          rmSync(this.#mark(number), { force: true });
        },
      };
    }
    throw new Error('A thousand projects run already.');
  }

  #mark(number: number): string {
    return join(this.#place, `${number}.pid`);
  }

  #claim(number: number): boolean {
    mkdirSync(this.#place, { recursive: true });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        const file = openSync(this.#mark(number), 'wx');
        writeSync(file, String(process.pid));
        closeSync(file);
        return true;
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error;
        if (!this.#isAbandoned(number)) return false;
        rmSync(this.#mark(number), { force: true });
      }
    }
    return false;
  }

  #isAbandoned(number: number): boolean {
    try {
      const pid = Number(readFileSync(this.#mark(number), 'utf8'));
      // One of ours that nobody holds is of an earlier process with the same id.
      return pid > 0 && (pid === process.pid ? !this.#held.has(number) : !isAlive(pid));
    } catch {
      return false;
    }
  }
}
