import type { Terminal } from './terminal.ts';

type Items = readonly { readonly node: string; readonly index: number }[];

/**
 * Text that arrives in pieces. Where several items of a loop are worked on at the same time, one is written as it comes, and what
 * comes for others follows when its round is over.
 */
export class ItemTexts {
  readonly #line: TextLine;
  readonly #held = new Map<string, string>();
  readonly #over = new Set<string>();
  #written: string | undefined;

  constructor(terminal: Terminal) {
    this.#line = new TextLine(terminal);
  }

  write(text: string, items: Items = []): void {
    const key = keyOf(items);
    this.#written ??= key;
    if (key === this.#written) this.#line.write(text);
    else this.#held.set(key, (this.#held.get(key) ?? '') + text);
  }

  /** Ends the line that is being written. */
  endLine(): void {
    this.#line.end();
  }

  /** What was said for these items begins anew. */
  void(items: Items = []): void {
    if (!this.#held.delete(keyOf(items))) this.#line.end();
  }

  endRound(items: Items): void {
    const round = keyOf(items);
    this.#over.add(round);
    if (this.#written?.startsWith(round) !== false) this.#goOn();
  }

  /** Writes what is left. */
  end(): void {
    do this.#goOn();
    while (this.#written !== undefined);
  }

  #goOn(): void {
    this.#line.end();
    this.#written = undefined;
    for (const [key, text] of this.#held) {
      this.#held.delete(key);
      this.#line.write(text);
      if (![...this.#over].some((round) => key.startsWith(round))) {
        this.#written = key;
        return;
      }
      this.#line.end();
    }
  }
}

function keyOf(items: Items): string {
  return items.map(({ node, index }) => `${node}[${index}]/`).join('');
}

/** One line of text, ended by one line break whether or not it brings its own. */
class TextLine {
  readonly #terminal: Terminal;
  #isOpen = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  write(text: string): void {
    if (text === '') return;
    this.#terminal.write(text);
    this.#isOpen = !text.endsWith('\n');
  }

  end(): void {
    if (this.#isOpen) this.#terminal.write('\n');
    this.#isOpen = false;
  }
}
