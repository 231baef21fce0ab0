import { FileWarning } from 'lucide-react';
import type { ReactNode } from 'react';

import { showInText } from '../code/codeStore.ts';
import { useDocument } from '../document/documentStore.ts';
import { openQuickAdd } from './gestures/adding.ts';

const buttonLook =
  'pointer-events-auto rounded-control border border-line-strong bg-raised px-3 py-1.5 text-xs font-medium shadow-raised hover:bg-sunken';

/** What stands on a canvas on which nothing is drawn: how to begin, or why nothing can be. */
export function Beginning(): ReactNode {
  const mistakeAt = useDocument(({ current }) => mistakeIn(current?.text ?? ''));
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center">
      {mistakeAt === undefined ? (
        <div className="flex flex-col items-center gap-3 text-center">
          <p className="text-base font-medium">Nothing is drawn yet</p>
          <button
            type="button"
            className={buttonLook}
            onClick={(event) => openQuickAdd({ x: event.clientX, y: event.clientY })}
          >
            Add the first node
          </button>
          <p className="text-xs text-muted">or press N, double click, drag one from the left, paste a workflow</p>
        </div>
      ) : (
        <div className="flex max-w-sm flex-col items-center gap-3 text-center">
          <FileWarning size={28} aria-hidden className="text-danger" />
          <p className="text-base font-medium">This file cannot be drawn</p>
          <p className="text-xs text-muted">
            It is no JSON, and no node of it can be read. Mend its text; it is drawn as soon as it can be.
          </p>
          <button type="button" className={buttonLook} onClick={() => showInText(mistakeAt)}>
            Show the place in the file
          </button>
        </div>
      )}
    </div>
  );
}

/** Where a text stops being JSON, as far as its findings say; undefined where it is some. */
function mistakeIn(text: string): number | undefined {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return undefined;
  } catch {
    const found = useDocument.getState().current?.compiled?.diagnostics;
    return found?.find(({ severity }) => severity === 'error')?.range.start ?? 0;
  }
}
