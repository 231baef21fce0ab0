import { FlaskConical } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { ask } from '../api/client.ts';
import { useAsking } from '../api/useAsking.ts';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { Labelled } from '../design/Labelled.tsx';
import { field } from '../design/fields.ts';
import { CopyButton } from '../run/CopyButton.tsx';
import { useLayout } from '../shell/layoutStore.ts';

interface MakeTestDialogProps {
  readonly run: string;
  /** What it may be called. */
  readonly suggestion: string;
  readonly onClose: () => void;
}

/** Makes a test of a recorded run: asks for its name, then says where it is and what to do with it. */
export function MakeTestDialog({ run, suggestion, onClose }: MakeTestDialogProps): ReactNode {
  const [name, setName] = useState(suggestion);
  const [path, setPath] = useState<string>();
  const { isBusy, why, attempt } = useAsking();
  const make = (): void => void attempt(async () => setPath((await ask('makeTest', { run, name: name.trim() })).path));
  const footer =
    path === undefined ? (
      <>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" icon={FlaskConical} disabled={name.trim() === '' || isBusy} onClick={make}>
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
            if (name.trim() !== '') make();
          }}
        >
          <Labelled title="What does it show?">
            <input
              autoFocus
              className={field}
              placeholder="answers a greeting"
              onFocus={({ target }) => target.select()}
              value={name}
              maxLength={80}
              onChange={({ target }) => setName(target.value)}
            />
          </Labelled>
          <p role="status" className="mt-2 min-h-5 text-xs text-danger">
            {why}
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
