import type { MenuEntry } from '../design/Menu.tsx';

const clipboard = ['cut', 'copy', 'duplicate'] as const;

/** What the menu of a node shows. Commands of other parts of the page appear where they are there. */
export const nodeMenu: readonly MenuEntry[] = [
  'open-node',
  'run-to-here',
  'pin-output',
  'run-from-here',
  undefined,
  'rename',
  'rename-id',
  'connect',
  'change-provider',
  'disable',
  undefined,
  ...clipboard,
  undefined,
  'group',
  'ungroup',
  'tidy-up',
  undefined,
  'delete',
];

export const noteMenu: readonly MenuEntry[] = [
  'edit-note',
  undefined,
  ...clipboard,
  undefined,
  'ungroup',
  undefined,
  'delete',
];

export const edgeMenu: readonly MenuEntry[] = ['insert-on-edge', undefined, 'delete'];

export const paneMenu: readonly MenuEntry[] = [
  'add-node',
  'add-note',
  'paste',
  undefined,
  'select-all',
  'tidy-up',
  undefined,
  'fit',
  'minimap',
  'swap-drag',
];
