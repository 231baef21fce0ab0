/** Lines that run down beside each other, each towards a node; a lane that has come to its end is free for another. */
export class Lanes<Target> {
  readonly #lanes: (Target | undefined)[] = [];

  /** Where the lanes run that fulfil a test. */
  placesOf(test: (target: Target) => boolean): readonly number[] {
    return this.#lanes.flatMap((target, place) => (target !== undefined && test(target) ? [place] : []));
  }

  set(place: number, target: Target | undefined): void {
    this.#lanes[place] = target;
    while (this.#lanes.length > 0 && this.#lanes.at(-1) === undefined) this.#lanes.pop();
  }

  /** Begins a lane in the first free place behind another one. */
  begin(target: Target, behind = -1): number {
    const free = this.#lanes.findIndex((lane, place) => place > behind && lane === undefined);
    const place = free < 0 ? Math.max(this.#lanes.length, behind + 1) : free;
    while (this.#lanes.length < place) this.#lanes.push(undefined);
    this.#lanes[place] = target;
    return place;
  }

  /** A row in which every lane goes on, but for one that stops at a sign. */
  row(place: number, sign: string): string {
    const width = Math.max(this.#lanes.length, place + 1);
    return Array.from({ length: width }, (_, at) => (at === place ? sign : this.#goesOn(at) ? '│' : ' '))
      .join(' ')
      .trimEnd();
  }

  /**
   * A row in which lanes part from one, or come back into it.
   * @param corner how a lane turns, seen from the one on its left
   * @param arrow stands beside the one on the left
   */
  turn(from: number, others: readonly number[], corner: '╮' | '╯', arrow = '─'): string {
    const last = Math.max(...others);
    let row = '';
    for (let at = 0; at < Math.max(this.#lanes.length, last + 1); at += 1) {
      const isCrossed = at > from && at < last;
      if (at === from) row += `├${arrow}`;
      else if (others.includes(at)) row += isCrossed ? `${corner === '╮' ? '┬' : '┴'}─` : `${corner} `;
      else if (isCrossed) row += this.#goesOn(at) ? '┼─' : '──';
      else row += this.#goesOn(at) ? '│ ' : '  ';
    }
    return row.trimEnd();
  }

  #goesOn(place: number): boolean {
    return this.#lanes[place] !== undefined;
  }
}
