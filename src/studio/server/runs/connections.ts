import type { RunSocket } from '../../../host/runSocket.ts';

/** So many are kept open beside each other. */
const mostOpen = 8;

/** A connection to ask over. */
export interface Connected {
  readonly socket: RunSocket;
  /** Nothing was said on it before. */
  readonly isNew: boolean;
}

/** The WebSockets of a service that stay open from one run to the next, as a service may remember what was said on each. */
export class Connections {
  readonly #open = new Map<string, RunSocket>();

  /** The connection of a name, opened where there is none; the answer of the service where it does not take it. */
  async take(name: string, open: () => Promise<RunSocket | Response>): Promise<Connected | Response> {
    const known = this.#open.get(name);
    if (known?.isOpen === true) {
      // Those that were used last are the last to go.
      this.#open.delete(name);
      this.#open.set(name, known);
      return { socket: known, isNew: false };
    }
    const opened = await open();
    if (opened instanceof Response) return opened;
    this.#open.set(name, opened);
    const [oldest] = this.#open.keys();
    if (this.#open.size > mostOpen && oldest !== undefined) this.#close(oldest);
    return { socket: opened, isNew: true };
  }

  close(): void {
    for (const name of this.#open.keys()) this.#close(name);
  }

  #close(name: string): void {
    this.#open.get(name)?.close();
    this.#open.delete(name);
  }
}
