import { useEffect, type ReactNode } from 'react';

import { Keys } from '../Keys.tsx';
import { useOverlays, type ShownTip } from './overlayStore.ts';
import { PopoverPanel } from './PopoverPanel.tsx';
import { tooltipId } from './tooltips.ts';

/** The tooltip that is shown, if one is. */
export function TooltipLayer(): ReactNode {
  const tip = useOverlays((state) => state.tip);
  return tip !== undefined && <Bubble tip={tip} />;
}

function Bubble({ tip: { anchor, label, keys, side } }: { readonly tip: ShownTip }): ReactNode {
  useEffect(() => {
    const isSaid = anchor.getAttribute('aria-label') === label || anchor.hasAttribute('aria-describedby');
    if (isSaid) return undefined;
    anchor.setAttribute('aria-describedby', tooltipId);
    return () => anchor.removeAttribute('aria-describedby');
  }, [anchor, label]);
  return (
    <PopoverPanel
      anchor={{ current: anchor }}
      onClose={() => useOverlays.setState({ tip: undefined })}
      role="tooltip"
      id={tooltipId}
      side={side}
      className="flex max-w-80 items-center gap-2 rounded-control! px-2 py-1 text-xs"
      onOpenAutoFocus={(event) => event.preventDefault()}
      onCloseAutoFocus={(event) => event.preventDefault()}
    >
      {label}
      {keys !== undefined && <Keys keys={keys} />}
    </PopoverPanel>
  );
}
