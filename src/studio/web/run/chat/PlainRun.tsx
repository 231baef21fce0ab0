import { Play, Square } from 'lucide-react';
import type { ReactNode } from 'react';

import { runCommand } from '../../commands/registry.ts';
import { Button } from '../../design/Button.tsx';
import { useDocument, type OpenDocument } from '../../document/documentStore.ts';
import { SchemaForm } from '../request/SchemaForm.tsx';
import { draftOf, setDraft } from '../requestDrafts.ts';
import { useRequests } from '../requestStore.ts';
import { useIsRunning, useShown } from '../runStore.ts';
import type { Trigger } from '../trigger.ts';
import { ChatAnswer } from './ChatAnswer.tsx';

interface PlainRunProps {
  readonly document: OpenDocument;
  readonly trigger: Trigger;
}

/** For a workflow that takes no text to talk about: its input as a form, and what it gives. */
export function PlainRun({ document: { file, drawing }, trigger }: PlainRunProps): ReactNode {
  const { input } = useRequests((state) => draftOf(state, file, drawing));
  const run = useShown(({ id }) => id);
  const isRunning = useIsRunning();
  const go = (): void => {
    const why = runCommand(isRunning ? 'stop' : 'run');
    if (why !== undefined) useDocument.getState().refuse(why);
  };
  return (
    <div className="@container h-full overflow-auto">
      <div className="grid h-full min-h-0 grid-cols-2 @max-xl:h-auto @max-xl:grid-cols-1">
        <div className="flex min-h-0 flex-col gap-3 overflow-auto p-3">
          <SchemaForm
            schema={trigger.inputSchema}
            value={input}
            onChange={(next) => setDraft(file, drawing, { input: next })}
          />
          <Button
            className="w-20 justify-center self-start"
            look={isRunning ? 'danger' : 'primary'}
            icon={isRunning ? Square : Play}
            onClick={go}
          >
            {isRunning ? 'Stop' : 'Run'}
          </Button>
        </div>
        <div className="min-h-0 overflow-auto border-l border-line p-3 @max-xl:border-t @max-xl:border-l-0">
          {run === undefined ? (
            <p className="text-xs text-muted">What it gives is shown here.</p>
          ) : (
            <ChatAnswer run={run} onRetry={undefined} />
          )}
        </div>
      </div>
    </div>
  );
}
