import type { useStoreApi } from '@xyflow/react';

import { isGliding, heldItems, redraw, releaseAll } from '../flowStore.ts';

/**
 * Ends a drag also when what was dragged has gone away meanwhile, as by an undo or by a change of the file: React Flow does not tell
 * its end then, and would go on moving the canvas along at its edge. Until the function that it gives is called.
 */
export function endLostDrags(store: ReturnType<typeof useStoreApi>): () => void {
  const begin = (): void => store.setState({ autoPanOnNodeDrag: true });
  const end = (): void => {
    store.setState({ autoPanOnNodeDrag: false });
    // React Flow hears of a button that is let go after this, and what it drops is dropped then.
    setTimeout(letGo);
  };
  addEventListener('pointerdown', begin, { capture: true });
  const ends = ['pointerup', 'pointercancel'] as const;
  for (const event of ends) addEventListener(event, end, { capture: true });
  return () => {
    removeEventListener('pointerdown', begin, { capture: true });
    for (const event of ends) removeEventListener(event, end, { capture: true });
  };
}

function letGo(): void {
  const { places, sizes } = heldItems();
  if (isGliding() || places.size + sizes.size === 0) return;
  releaseAll();
  redraw();
}
