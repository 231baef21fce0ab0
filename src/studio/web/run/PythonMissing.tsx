import { TriangleAlert } from 'lucide-react';
import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';

import { useStudio } from '../api/studioStore.ts';
import { Button } from '../design/Button.tsx';
import { Prose } from './Prose.tsx';

/** Says that workflows cannot be run on this machine yet, and what to do; drawing and checking need no Python. */
export function PythonMissing(): ReactNode {
  const python = useStudio((state) => state.studio?.machine.python);
  if (python?.state !== 'missing') return null;
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button icon={TriangleAlert} look="danger">
          No Python
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Python is missing"
          className="z-50 w-80 rounded-card border border-line bg-raised p-3 text-xs shadow-overlay"
        >
          <h2 className="text-sm font-semibold">{python.message}</h2>
          <p className="mt-1 whitespace-pre-wrap text-muted">
            <Prose text={python.hint} />
          </p>
          <p className="mt-2 text-muted">Drawing, checking, the generated code and the export work without it.</p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
