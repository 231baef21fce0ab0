import { Suspense, useState, type ReactNode } from 'react';

import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import { mergeThreeWays } from '../../../core/threeWayMerge.ts';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { useDocument } from '../document/documentStore.ts';
import { settleConflict } from '../document/saving.ts';
import { later } from '../design/later.ts';

const DiffView = later(async () => (await import('../editors/DiffView.tsx')).DiffView);

/** What lies on disk beside what was drawn, where both changed the same lines; the person chooses, and nothing is lost. */
export function ConflictDialog(): ReactNode {
  const current = useDocument((state) => state.current);
  const [put, setPut] = useState<string>();
  if (current?.save.kind !== 'conflict') return null;
  const { text, stored, save, path } = current;
  const { text: merged, conflictLines } = mergeThreeWays(stored.text, text, save.stored.text);
  const settle = (chosen: string) => () => settleConflict(save.stored, chosen);
  const hash = save.stored.hash;
  return (
    <Dialog
      title={`${pageText(path)} was changed here and outside`}
      description="Neither is lost: the one you do not take stays among the earlier versions."
      size="large"
      isOpen={put !== hash}
      onClose={() => setPut(hash)}
      footer={
        <>
          <Button onClick={settle(save.stored.text)}>Take what is on disk</Button>
          <Button onClick={settle(text)}>Keep what I drew</Button>
          <Button look="primary" onClick={settle(merged)}>
            Merge both{conflictLines.length > 0 && `; where they meet, mine (${conflictLines.length})`}
          </Button>
        </>
      }
    >
      <div className="h-[55vh]">
        <Suspense fallback={null}>
          <DiffView before={save.stored.text} after={text} titles={['On disk', 'Drawn here']} />
        </Suspense>
      </div>
    </Dialog>
  );
}
