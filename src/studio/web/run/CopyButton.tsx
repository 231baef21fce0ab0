import { Check, Copy } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';

import { IconButton } from '../design/Button.tsx';
import { useDocument } from '../document/documentStore.ts';

const shownMs = 1_500;

/** Copies a text, and says that it has. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: () => string }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      setCopied(true);
    } catch {
      useDocument.getState().refuse('The browser does not let this page write to the clipboard.');
    }
  };
  return (
    <>
      <IconButton
        icon={isCopied ? Check : Copy}
        label={isCopied ? 'Copied' : label}

        onClick={() => void copy()}
      />
      <span role="status" className="sr-only">
        {isCopied ? 'Copied' : ''}
      </span>
    </>
  );
}
