import type { ReactNode } from 'react';

import { MenuLayer } from './MenuLayer.tsx';
import { TooltipLayer } from './TooltipLayer.tsx';

export { PopoverPanel } from './PopoverPanel.tsx';

/** The menu and the tooltip that are open. */
export function Layers(): ReactNode {
  return (
    <>
      <MenuLayer />
      <TooltipLayer />
    </>
  );
}
