import { TriangleAlert } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';

import { useStudio } from '../api/studioStore.ts';
import { Button } from '../design/Button.tsx';
import { Popover } from '../design/Popover.tsx';
import { Prose } from './Prose.tsx';

/** Says that workflows cannot be run on this machine yet, and what to do; drawing and checking need no Python. */
export function PythonMissing(): ReactNode {
  const python = useStudio((state) => state.studio?.machine.python);
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  if (python?.state !== 'missing') return null;
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
        <h2 className="text-sm font-semibold">{python.message}</h2>
        <p className="mt-1 whitespace-pre-wrap text-muted">
          <Prose text={python.hint} />
        </p>
        <p className="mt-2 text-muted">Drawing, checking, the generated code and the export work without it.</p>
      </Popover>
    </>
  );
}
