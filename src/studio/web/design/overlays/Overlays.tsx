import { useEffect, useState, type ComponentType, type ReactNode } from 'react';

import { useOverlays } from './overlayStore.ts';
import { startTooltips } from './tooltips.ts';
import { persistently } from '../later.ts';

const afterMs = 400;

/** What lies over the page. Not part of its first paint; there before anyone asks for it. */
export function Overlays(): ReactNode {
  const isAsked = useOverlays(({ menu, tip }) => menu !== undefined || tip !== undefined);
  const [Layers, setLayers] = useState<ComponentType>();
  useEffect(() => {
    const load = async (): Promise<void> => {
      const layers = await persistently(async () => import('./layers.tsx'));
      setLayers(() => layers.Layers);
    };
    const timer = setTimeout(() => void load(), isAsked ? 0 : afterMs);
    return () => clearTimeout(timer);
  }, [isAsked]);
  useEffect(startTooltips, []);
  return Layers !== undefined && <Layers />;
}
