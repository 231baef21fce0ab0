import { TriangleAlert } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';

import { Button } from '../design/Button.tsx';
import { Popover } from '../design/Popover.tsx';
import { Prose } from './Prose.tsx';

interface PythonMissingProps {
  readonly message: string;
  readonly hint: string;
}

/** Says that workflows cannot be run on this machine yet, and what to do; drawing and checking need no Python. */
export function PythonMissing({ message, hint }: PythonMissingProps): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button
        ref={button}
        icon={TriangleAlert}
        look="danger"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        No Python
      </Button>
      <Popover
        anchor={button}
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        align="end"
        aria-label="Python is missing"
        className="w-80 p-3 text-xs"
      >
        <h2 className="text-sm font-semibold">{message}</h2>
        <p className="mt-1 whitespace-pre-wrap text-muted">
          <Prose text={hint} />
        </p>
        <p className="mt-2 text-muted">Drawing, checking, the generated code and the export work without it.</p>
      </Popover>
    </>
  );
}
