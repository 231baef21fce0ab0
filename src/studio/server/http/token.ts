import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A browser may have to be started first. */
const codeLifeMs = 60_000;

/** The secret of one launch: who has it may ask, and what it makes cannot be guessed. */
export class LaunchToken {
  /** 256 random bits, for the address that is printed. */
  readonly text = randomBytes(32).toString('base64url');

  readonly #codes = new Map<string, number>();

  /** Whether an Authorization header carries the token; takes as long for every wrong one. */
  isIn(authorization: string | undefined): boolean {
    return timingSafeEqual(this.#digest(authorization ?? ''), this.#digest(`Bearer ${this.text}`));
  }

  /**
   * A code that is exchanged for the token once, and soon: for the command line of a browser, which other users of this machine
   * can read.
   */
  issueCode(): string {
    const code = randomBytes(32).toString('base64url');
    this.#codes.set(code, Date.now() + codeLifeMs);
    return code;
  }

  /** Whether that code is good; it is not any more afterwards. */
  redeem(code: string): boolean {
    const end = this.#codes.get(code);
    this.#codes.delete(code);
    return end !== undefined && Date.now() < end;
  }

  /** An id of a thing that only this launch can make. */
  idOf(name: string): string {
    return createHmac('sha256', this.text).update('id\0').update(name).digest('base64url').slice(0, 22);
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', this.text).update(text).digest();
  }
}
