import { useEffect, useRef, type RefObject } from 'react';

/**
 * Keeps the `aria-activedescendant` of a list and its input at the item that is chosen: cmdk leaves it at one that is filtered away.
 * @param typed what is in the input
 */
export function useActiveItem(typed: string): RefObject<HTMLInputElement | null> {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Once the list has chosen another item.
    const frame = requestAnimationFrame(() => {
      const root = input.current?.closest('[cmdk-root]');
      const item = root?.querySelector('[cmdk-item][aria-selected="true"]');
      for (const each of root?.querySelectorAll('[cmdk-input], [cmdk-list]') ?? [])
        if (item?.id) each.setAttribute('aria-activedescendant', item.id);
        else each.removeAttribute('aria-activedescendant');
    });
    return () => cancelAnimationFrame(frame);
  }, [typed]);
  return input;
}
