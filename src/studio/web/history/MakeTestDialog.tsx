import { FlaskConical } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { ApiError, ask } from '../api/client.ts';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { field } from '../run/fields.ts';
import { CopyButton } from '../run/CopyButton.tsx';
import { useLayout } from '../shell/layoutStore.ts';

type Outcome = { readonly path: string } | { readonly why: string };

interface MakeTestDialogProps {
  readonly run: string;
  /** What it may be called. */
  readonly suggestion: string;
  readonly onClose: () => void;
}

/** Makes a test of a recorded run: asks for its name, then says where it is and what to do with it. */
export function MakeTestDialog({ run, suggestion, onClose }: MakeTestDialogProps): ReactNode {
  const [name, setName] = useState(suggestion);
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const make = async (): Promise<void> => {
    setBusy(true);
    try {
      setOutcome(await ask('makeTest', { run, name: name.trim() }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setOutcome({ why: error.words });
    } finally {
      setBusy(false);
    }
  };
  const path = outcome !== undefined && 'path' in outcome ? outcome.path : undefined;
  const footer =
    path === undefined ? (
      <>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" icon={FlaskConical} disabled={name.trim() === '' || isBusy} onClick={() => void make()}>
          Make the test
        </Button>
      </>
    ) : (
      <>
        <Button onClick={onClose}>Close</Button>
        <Button
          look="primary"
          onClick={() => {
            useLayout.getState().set({ bottom: 'tests' });
            onClose();
          }}
        >
          Show the tests
        </Button>
      </>
    );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={path === undefined ? 'Make a test of this run' : 'The test is made'}
      description="It tells the recorded answers to the generated project and expects the same output. It needs no key and no network."
      footer={footer}
    >
      {path === undefined ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== '') void make();
          }}
        >
          <label className="flex flex-col gap-1 text-xs">
            <span className="font-medium">What does it show?</span>
            <input
              autoFocus
              className={field}
              placeholder="answers a greeting"
              onFocus={({ target }) => target.select()}
              value={name}
              maxLength={80}
              onChange={({ target }) => setName(target.value)}
            />
          </label>
          <p role="status" className="mt-2 min-h-5 text-xs text-danger">
            {outcome !== undefined && 'why' in outcome ? outcome.why : ''}
          </p>
        </form>
      ) : (
        <div className="text-xs">
          <p className="flex items-center gap-1">
            <code className="min-w-0 rounded-control bg-sunken px-2 py-1 wrap-anywhere">{path}</code>
            <CopyButton label="Copy the path" text={() => path} />
          </p>
          <p className="mt-2 text-muted">
            It lies beside the workflow; commit it with it. Builds and exports take it along, and it runs with the other
            tests of the project.
          </p>
        </div>
      )}
    </Dialog>
  );
}
