/** Characters that one repetition may become; no test is better for more. */
const longest = 1000;

/** One character of each class, by its escape. */
const classes: Readonly<Record<string, string>> = { d: '1', w: 'a', s: ' ', D: 'a', W: '-', S: 'a' };
const controls: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', 0: '\0' };

/**
 * A text that a regular expression matches and that has so many characters, at least and at most. Undefined where the
 * pattern is too clever for this reader, which knows what patterns of identifiers, dates and the like are made of.
 */
export function textOfPattern(pattern: string, least: number, most: number): string | undefined {
  // `check` has read it so, without the flag that refuses escapes which need none.
  const matches = new RegExp(pattern);
  for (let more = 0; more <= Math.min(least, 100); more += 1) {
    const text = new PatternReader(pattern, more).read();
    const { length } = [...text];
    if (length >= least && length <= most && matches.test(text)) return text;
  }
  return undefined;
}

/** Reads a pattern from left to right and writes what it allows: the fewest repetitions, and `more` where more may be. */
class PatternReader {
  readonly #pattern: string;
  readonly #more: number;
  #at = 0;

  constructor(pattern: string, more: number) {
    this.#pattern = pattern;
    this.#more = more;
  }

  read(): string {
    return this.#alternatives();
  }

  /** Up to the end of the group; the first alternative counts. */
  #alternatives(): string {
    let first: string | undefined;
    let text = '';
    while (this.#at < this.#pattern.length && this.#next() !== ')') {
      if (this.#next() === '|') {
        this.#at += 1;
        first ??= text;
        text = '';
      } else {
        text += this.#repeated(this.#atom());
      }
    }
    return first ?? text;
  }

  #next(): string {
    return this.#pattern[this.#at] ?? '';
  }

  #take(): string {
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }

  #atom(): string {
    const character = this.#take();
    switch (character) {
      case '(': {
        const prefix = /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(this.#pattern.slice(this.#at))?.[0] ?? '';
        this.#at += prefix.length;
        const text = this.#alternatives();
        this.#at += 1;
        // What only looks around writes nothing; whether the text pleases it is seen in the end.
        return /[=!]$/.test(prefix) ? '' : text;
      }
      case '[':
        return this.#set();
      case '\\':
        return this.#escape();
      case '^':
      case '$':
        return '';
      case '.':
        return 'a';
      default:
        return character;
    }
  }

  #escape(): string {
    const character = this.#take();
    if ('bBAZz'.includes(character)) return '';
    return classes[character] ?? controls[character] ?? character;
  }

  #set(): string {
    const isNegated = this.#next() === '^';
    const start = this.#at;
    let first: string | undefined;
    if (isNegated) this.#at += 1;
    while (this.#at < this.#pattern.length && (this.#next() !== ']' || first === undefined)) {
      const character = this.#take();
      const member = character === '\\' ? this.#escape() : character;
      first ??= member;
    }
    this.#at += 1;
    if (!isNegated) return first ?? '';
    const set = new RegExp(`[${this.#pattern.slice(start, this.#at)}`);
    return [...'aA1-_ .'].find((each) => set.test(each)) ?? '';
  }

  #repeated(atom: string): string {
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.#pattern.slice(this.#at));
    let [least, most] = [1, 1];
    if (counted !== null) {
      this.#at += counted[0].length;
      least = Number(counted[1]);
      most = counted[2] === undefined ? least : counted[3] === '' ? Number.POSITIVE_INFINITY : Number(counted[3]);
    } else if (['*', '+', '?'].includes(this.#next())) {
      const sign = this.#take();
      least = sign === '+' ? 1 : 0;
      most = sign === '?' ? 1 : Number.POSITIVE_INFINITY;
    }
    if (least !== most && this.#next() === '?') this.#at += 1;
    return atom.repeat(Math.min(least + this.#more, most, Math.floor(longest / Math.max(atom.length, 1))));
  }
}
