import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** The secret of one launch: who has it may ask, and what it makes cannot be guessed. */
export class LaunchToken {
  /** 256 random bits, for the address that is printed. */
  readonly text = randomBytes(32).toString('base64url');

  /** Whether an Authorization header carries the token; takes as long for every wrong one. */
  isIn(authorization: string | undefined): boolean {
    return timingSafeEqual(this.#digest(authorization ?? ''), this.#digest(`Bearer ${this.text}`));
  }

  /** An id of a thing that only this launch can make. */
  idOf(name: string): string {
    return createHmac('sha256', this.text).update('id\0').update(name).digest('base64url').slice(0, 22);
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', this.text).update(text).digest();
  }
}
