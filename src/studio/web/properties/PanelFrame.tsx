import type { ReactNode } from 'react';

interface PanelFrameProps {
  readonly header: ReactNode;
  readonly children: ReactNode;
}

/** What every panel looks like: a head that stays and a body that scrolls. */
export function PanelFrame({ header, children }: PanelFrameProps): ReactNode {
  return (
    <div className="flex min-h-0 grow flex-col">
      <header className="flex flex-col gap-2 border-b border-line px-4 py-3">{header}</header>
      <div className="flex min-h-0 grow flex-col gap-4 overflow-x-hidden overflow-y-auto px-4 py-4">{children}</div>
    </div>
  );
}
