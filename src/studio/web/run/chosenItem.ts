import { create } from 'zustand';

import type { Items } from '../../protocol/index.ts';
import { roundKey, type Round } from './rounds.ts';

interface ChosenItemState {
  /** Which items are looked at, the outermost first; undefined for the latest. */
  readonly items: Items | undefined;
}

const useChosenItem = create<ChosenItemState>()(() => ({ items: undefined }));

/** Looks at what nodes did for these items; undefined for what they did last. */
export function chooseItem(items: Items | undefined): void {
  useChosenItem.setState({ items });
}

/**
 * The round of a node that is looked at: that of the chosen items, of which it may stand in fewer loops, or in more; undefined where
 * none is chosen that it has.
 */
export function useChosenRound(rounds: ReadonlyMap<string, Round>): Round | undefined {
  const items = useChosenItem((state) => state.items);
  if (items === undefined) return undefined;
  for (let length = items.length; length > 0; length -= 1) {
    const found = rounds.get(roundKey(items.slice(0, length)));
    if (found !== undefined) return found;
  }
  const key = `${roundKey(items)} › `;
  return [...rounds].find(([each]) => each.startsWith(key))?.[1];
}
