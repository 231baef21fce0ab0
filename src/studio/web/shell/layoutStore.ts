import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export const bottomTabs = ['chat', 'request', 'run', 'history', 'code', 'problems', 'tests', 'cost'] as const;
export type BottomTab = (typeof bottomTabs)[number];
export const sideTabs = ['nodes', 'outline', 'files'] as const;
export type SideTab = (typeof sideTabs)[number];

interface LayoutState {
  readonly theme: 'system' | 'light' | 'dark';
  readonly motion: 'system' | 'off';
  /** Undefined: the side is closed. */
  readonly side: SideTab | undefined;
  readonly bottom: BottomTab | undefined;
  readonly isPropertiesOpen: boolean;
  /** Pixels. */
  readonly sideWidth: number;
  readonly propertiesWidth: number;
  readonly bottomHeight: number;
  /** Drag on the empty canvas selects (and space drags it), or moves the canvas (and shift selects). */
  readonly drag: 'select' | 'pan';
  readonly set: (change: Partial<Omit<LayoutState, 'set'>>) => void;
}

/** How the page is arranged; kept by the browser. */
export const useLayout = create<LayoutState>()(
  persist(
    (set) => ({
      theme: 'system',
      motion: 'system',
      side: 'nodes',
      bottom: undefined,
      isPropertiesOpen: true,
      sideWidth: 232,
      propertiesWidth: 360,
      bottomHeight: 280,
      drag: 'select',
      set,
    }),
    { name: 'catalyst-layout', version: 1 },
  ),
);

/** Opens a view at the bottom, closes it when it is the one that is open. */
export function toggleBottom(tab: BottomTab): void {
  const { bottom, set } = useLayout.getState();
  set({ bottom: bottom === tab ? undefined : tab });
}
