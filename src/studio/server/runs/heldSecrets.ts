/** So much of a secret is shown before what follows is held back: words of plain text begin with as much. */
const leastHeld = 4;

/** Hides secrets in a text that comes in pieces, also where a secret comes in several of them. */
export class HeldSecrets {
  readonly #longestFirst: readonly string[];
  readonly #hidden: string;
  /** The end of what has been shown, as far as a secret could begin in it. */
  #shown = '';
  /** What may be a secret's beginning, and waits for what follows. */
  #held = '';

  /** @param hidden what is shown instead */
  constructor(longestFirst: readonly string[], hidden: string) {
    this.#longestFirst = longestFirst;
    this.#hidden = hidden;
  }

  /** What may be shown after a further piece: all but what could be a secret's beginning, which is less than a secret. */
  take(piece: string): string {
    return this.#go(piece, false);
  }

  /** What was held back, when nothing follows. */
  end(): string {
    return this.#go('', true);
  }

  #go(piece: string, isLast: boolean): string {
    const text = this.#shown + this.#held + piece;
    const longEnough = text.length - (isLast ? Infinity : leastHeld);
    let out = '';
    /** What stands before has been shown, or is hidden. */
    let done = this.#shown.length;
    let place = 0;
    let free = 0;
    while (place < text.length && !(place <= longEnough && this.#isBeginning(text.slice(place)))) {
      const secret = this.#longestFirst.find((each) => text.startsWith(each, place));
      if (secret === undefined) place += 1;
      else {
        out += text.slice(done, place) + this.#hidden;
        done = free = place += secret.length;
      }
    }
    out += text.slice(done, place);
    done = Math.max(done, place);
    const isHeld = place < text.length;
    this.#shown = isHeld ? text.slice(place, done) : text.slice(Math.max(free, place - leastHeld + 1));
    this.#held = text.slice(done);
    return out;
  }

  /** Whether some secret begins so, and goes on. */
  #isBeginning(rest: string): boolean {
    return this.#longestFirst.some((secret) => secret.length > rest.length && secret.startsWith(rest));
  }
}
