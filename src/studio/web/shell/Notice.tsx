import { X } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';

import { IconButton } from '../design/Button.tsx';
import { useDocument } from '../document/documentStore.ts';

const shownMs = 7_000;

/** Why the last thing that was tried was not done. */
export function Notice(): ReactNode {
  const refusal = useDocument((state) => state.refusal);
  useEffect(() => {
    if (refusal === undefined) return undefined;
    const timer = setTimeout(() => useDocument.setState({ refusal: undefined }), shownMs);
    return () => clearTimeout(timer);
  }, [refusal]);
  return (
    <div aria-live="polite" className="pointer-events-none fixed inset-x-0 bottom-6 z-50 flex justify-center px-4">
      {refusal !== undefined && (
        <div className="pointer-events-auto flex max-w-xl items-center gap-2 rounded-card border border-line-strong bg-raised py-1.5 pr-1.5 pl-3 text-sm shadow-overlay">
          {refusal.reason}
          <IconButton icon={X} label="Close" onClick={() => useDocument.setState({ refusal: undefined })} />
        </div>
      )}
    </div>
  );
}
