import { isList, MissingValue, Unknown, ValueError, type Value } from '../../../../workflow/expressions/values.ts';
import type { Graph } from '../../../../workflow/graph/graph.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import { variableOfHandle } from '../../plan/variables.ts';

/** Nobody reads a test of a run with more steps. */
export const mostVisits = 200;

/** A round of a loop that failed. */
export interface FailedRound {
  readonly node: string;
  readonly index: number;
}

/** A step of a loop failed, as a test lets it. */
export class RoundFailed extends Error {
  /** The rounds that it went through, the outermost first. */
  readonly rounds: readonly FailedRound[];

  constructor(rounds: readonly FailedRound[] = []) {
    super('A round fails.');
    this.rounds = rounds;
  }
}

/** What the loops of a run are at. */
export class Rounds {
  readonly #current = new Map<string, { readonly item: Value; readonly index: number }>();
  /** How many rounds each had, at most. */
  readonly most = new Map<string, number>();

  begin(loop: string): void {
    this.most.set(loop, this.most.get(loop) ?? 0);
  }

  enter(loop: string, item: Value, index: number): void {
    this.#current.set(loop, { item, index });
    this.most.set(loop, Math.max(index + 1, this.most.get(loop) ?? 0));
  }

  /** The rounds that some loops are at. */
  at(loops: readonly string[]): readonly FailedRound[] {
    return loops.map((node) => ({ node, index: this.#current.get(node)?.index ?? 0 }));
  }

  /** What is read of the current round of a loop; undefined for all else. */
  valueAt(
    graph: Graph,
    { node, handle }: { readonly node: string; readonly handle: string },
  ): { readonly value: Value | undefined } | undefined {
    const { kind } = variableOfHandle(graph, node, handle);
    return kind === 'item' || kind === 'index' ? { value: this.#current.get(node)?.[kind] } : undefined;
  }
}

/**
 * Goes through a list as the generated service does.
 * @throws ValueError where it is none, or too long.
 */
export function loopRounds(
  { id, config: { maxItems = Infinity, onItemError } }: NodeOf<'loop'>,
  items: Value,
  round: (item: Value, index: number) => Value,
): Value {
  if (!isList(items) || items.length > maxItems) throw new ValueError('It is no list, or too long.');
  const results: Value[] = [];
  for (const [index, item] of items.entries()) {
    try {
      results.push(round(item, index));
    } catch (error) {
      if (error instanceof RoundFailed && onItemError === 'fail')
        throw new RoundFailed([{ node: id, index }, ...error.rounds]);
      const isItsOwn = [RoundFailed, MissingValue, ValueError].some((kind) => error instanceof kind);
      if (!isItsOwn || onItemError === 'fail') throw error;
      if (onItemError === 'collect') results.push({ error: new Unknown(true) });
    }
  }
  return results;
}

/** Goes on from what the last round gave until that is good, or there have been enough. */
export function repeatRounds(
  initial: Value,
  maxRounds: number | undefined,
  isDone: () => boolean,
  round: (item: Value, index: number) => Value,
): Value {
  let item = initial;
  for (let index = 0; index < (maxRounds ?? Infinity); index += 1) {
    item = round(item, index);
    if (isDone()) break;
  }
  return item;
}
