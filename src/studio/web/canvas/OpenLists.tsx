import type { ReactNode } from 'react';

import { ConnectBox } from './add/ConnectBox.tsx';
import { QuickAdd } from './add/QuickAdd.tsx';
import { useCanvas } from './canvasStore.ts';
import { FindBar } from './find/FindBar.tsx';

/** What opens over the canvas to be typed into. */
export function OpenLists(): ReactNode {
  const quickAdd = useCanvas((state) => state.quickAdd);
  const connectingFrom = useCanvas((state) => state.connectingFrom);
  const isFinding = useCanvas((state) => state.isFinding);
  return (
    <>
      {isFinding && <FindBar />}
      {quickAdd !== undefined && <QuickAdd key={`${quickAdd.at.x} ${quickAdd.at.y}`} opened={quickAdd} />}
      {connectingFrom !== undefined && <ConnectBox key={connectingFrom} from={connectingFrom} />}
    </>
  );
}
