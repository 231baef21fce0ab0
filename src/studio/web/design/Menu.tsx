import { cloneElement, useId, useRef, type HTMLAttributes, type ReactElement } from 'react';

import { openMenuAt, useOverlays } from './overlays/overlayStore.ts';

/** The id of a command, something of this menu's own, or a line between groups. */
export type MenuEntry =
  | string
  | {
      readonly title: string;
      readonly onSelect: () => void;
      readonly isChecked?: boolean;
      readonly why?: string | undefined;
    }
  | undefined;

interface MenuProps {
  readonly entries: readonly MenuEntry[];
  /** What opens it. */
  readonly children: ReactElement<HTMLAttributes<HTMLElement>>;
}

/** A menu under a button. */
export function Menu({ entries, children }: MenuProps): ReactElement {
  const id = useId();
  const isOpen = useOverlays(({ menu }) => menu?.id === id);
  const wasOpen = useRef(false);
  const open = (opener: HTMLElement): void => {
    const label = opener.getAttribute('aria-label') ?? opener.textContent;
    useOverlays.setState({ menu: { id, entries, label, at: opener.getBoundingClientRect(), opener } });
  };
  return cloneElement(children, {
    'aria-haspopup': 'menu',
    'aria-expanded': isOpen,
    // What is pressed outside of a menu closes it: also its own button, which is not to open it again.
    onPointerDown: () => (wasOpen.current = isOpen),
    onClick: ({ currentTarget }) => {
      if (!wasOpen.current) open(currentTarget);
      wasOpen.current = false;
    },
    onKeyDown: (event) => {
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      open(event.currentTarget);
    },
  });
}

/** A menu where the secondary button is pressed. */
export function AreaMenu({ entries, children }: MenuProps): ReactElement {
  return cloneElement(children, {
    onContextMenu: (event) => {
      event.preventDefault();
      openMenuAt({ x: event.clientX, y: event.clientY }, entries);
    },
  });
}
