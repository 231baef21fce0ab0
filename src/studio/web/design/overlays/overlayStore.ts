import { create } from 'zustand';

import type { Side } from '../Tooltip.tsx';
import type { MenuEntry } from '../Menu.tsx';

export interface ShownMenu {
  /** Whose menu it is. */
  readonly id: string;
  readonly entries: readonly MenuEntry[];
  readonly label: string;
  /** What it stands at: a button, or the point that was pressed. In pixels of the window. */
  readonly at: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** What has the focus again when it closes. */
  readonly opener: HTMLElement | undefined;
}

export interface ShownTip {
  readonly anchor: HTMLElement;
  readonly label: string;
  readonly keys: string | undefined;
  readonly side: Side;
}

interface OverlayState {
  readonly menu: ShownMenu | undefined;
  readonly tip: ShownTip | undefined;
}

/** The one menu and the one tooltip that lie over the page. */
export const useOverlays = create<OverlayState>()(() => ({ menu: undefined, tip: undefined }));

/** Opens a menu where the secondary button was pressed. */
export function openMenuAt({ x, y }: { readonly x: number; readonly y: number }, entries: readonly MenuEntry[]): void {
  const opener = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  const at = { x, y, width: 0, height: 0 };
  useOverlays.setState({ menu: { id: 'pointer', entries, label: 'What can be done here', at, opener } });
}
