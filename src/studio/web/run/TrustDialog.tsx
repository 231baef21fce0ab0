import { useEffect, useState, type ReactNode } from 'react';

import { pageCode, pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import type { RouteAnswer } from '../../protocol/index.ts';
import { ask } from '../api/client.ts';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { attempt, useRuns } from './runStore.ts';

type Python = RouteAnswer<'askedTrust'>['python'];

/** Shows the Python that would run on this machine, and asks whether it may; nothing of it has run so far. */
export function TrustDialog(): ReactNode {
  const asked = useRuns((state) => state.askedTrust);
  const [python, setPython] = useState<Python>();
  useEffect(() => {
    setPython(undefined);
    if (asked === undefined) return;
    const { file, text } = asked;
    void attempt(async () => setPython((await ask('askedTrust', { file, text })).python)).then(
      (isKnown) => isKnown || close(),
    );
  }, [asked]);
  if (asked === undefined) return null;
  const { file, text, then } = asked;
  const agree = async (): Promise<void> => {
    if (!(await attempt(async () => ask('trust', { file, text })))) return;
    close();
    then();
  };
  return (
    <Dialog
      isOpen
      onClose={close}
      size="medium"
      title="Run this Python?"
      description="This workflow has Python of its own, which would run on this machine with your rights. Nothing of it has run so far. You are asked again when it changes."
      footer={
        <>
          <Button onClick={close}>Not now</Button>
          <Button look="primary" disabled={python === undefined} onClick={() => void agree()}>
            Run it
          </Button>
        </>
      }
    >
      {python === undefined ? (
        <p role="status" className="text-xs text-muted">
          Reading it …
        </p>
      ) : (
        <ul className="flex flex-col gap-4">
          {python.map(({ node, file: path, code }) => (
            <li key={`${node} ${path ?? ''}`} className="text-xs">
              <h3 className="mb-1 flex gap-2">
                <span className="font-semibold">{node}</span>
                <span className="text-muted">{path === undefined ? 'written in the node' : pageText(path)}</span>
              </h3>
              <pre
                tabIndex={0}
                aria-label={`Python of ${node}`}
                className="max-h-72 overflow-auto rounded-control bg-sunken p-2 font-mono text-2xs"
              >
                {pageCode(code)}
              </pre>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function close(): void {
  useRuns.setState({ askedTrust: undefined });
}
