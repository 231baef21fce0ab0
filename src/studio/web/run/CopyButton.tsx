import { Check, Copy } from 'lucide-react';
import { useEffect, useState, type ComponentProps, type ReactNode } from 'react';

import { IconButton } from '../design/Button.tsx';
import { useDocument } from '../document/documentStore.ts';

const shownMs = 1_500;

interface CopyButtonProps {
  readonly label: string;
  readonly text: () => string;
  readonly icon?: ComponentProps<typeof IconButton>['icon'];
}

/** Copies a text, and says that it has. */
export function CopyButton({ label, text, icon = Copy }: CopyButtonProps): ReactNode {
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
        icon={isCopied ? Check : icon}
        label={isCopied ? 'Copied' : label}

        onClick={() => void copy()}
      />
      <span role="status" className="sr-only">
        {isCopied ? 'Copied' : ''}
      </span>
    </>
  );
}
