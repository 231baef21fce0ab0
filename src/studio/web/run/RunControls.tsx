import { ChevronDown, Play, Square } from 'lucide-react';
import { Suspense, type ReactNode } from 'react';

import { useStudio } from '../api/studioStore.ts';
import { runCommand } from '../commands/registry.ts';
import { Button, IconButton } from '../design/Button.tsx';
import { Menu } from '../design/Menu.tsx';
import { later } from '../design/later.ts';
import { Tooltip } from '../design/Tooltip.tsx';
import { useDocument } from '../document/documentStore.ts';
import { AnswererMenu } from './AnswererMenu.tsx';
import { RunAnnouncer } from './RunAnnouncer.tsx';
import { RunProgress } from './RunProgress.tsx';
import { useIsRunning } from './runStore.ts';

const PythonMissing = later(async () => (await import('./PythonMissing.tsx')).PythonMissing);

const more = [
  'run-to-here',
  'run-from-here',
  undefined,
  'replay-run',
  'replay-run-current',
  undefined,
  'unpin-all',
  'clear-run',
] as const;

/** Runs and stops the open workflow, and says who answers its model calls. */
export function RunControls(): ReactNode {
  const isRunning = useIsRunning();
  const python = useStudio((state) => state.studio?.machine.python);
  const refuse = (why: string | undefined): void => {
    if (why !== undefined) useDocument.getState().refuse(why);
  };
  return (
    <>
      <Suspense fallback={null}>{python?.state === 'missing' && <PythonMissing {...python} />}</Suspense>
      <AnswererMenu />
      <div className="flex">
        {/* One button: the focus stays on it when Run becomes Stop. */}
        <Tooltip label={isRunning ? 'Stop the run' : 'Run'} keys={isRunning ? 'Escape' : 'Mod+Enter'}>
          <Button
            look={isRunning ? 'danger' : 'primary'}
            icon={isRunning ? Square : Play}
            className="w-20 justify-center rounded-r-none"
            onClick={() => refuse(runCommand(isRunning ? 'stop' : 'run'))}
          >
            {isRunning ? 'Stop' : 'Run'}
          </Button>
        </Tooltip>
        <Menu entries={more}>
          <IconButton
            icon={ChevronDown}
            label="More ways to run"
            look={isRunning ? 'danger' : 'primary'}
            className="w-7 rounded-l-none border-l-surface"
          />
        </Menu>
      </div>
      <RunProgress />
      <RunAnnouncer />
    </>
  );
}
