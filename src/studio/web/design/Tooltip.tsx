import { cloneElement, type ReactElement } from 'react';

export type Side = 'top' | 'right' | 'bottom' | 'left';

interface TooltipProps {
  readonly label: string;
  readonly keys?: string | undefined;
  readonly side?: Side;
  /** One element, which takes the attributes that say it. */
  readonly children: ReactElement<object>;
}

/** Says what a thing is while the pointer rests on it or it has the focus. */
export function Tooltip({ label, keys, side = 'bottom', children }: TooltipProps): ReactElement {
  const attributes = { 'data-tip': label, 'data-tip-keys': keys, 'data-tip-side': side };
  return cloneElement(children, attributes);
}
