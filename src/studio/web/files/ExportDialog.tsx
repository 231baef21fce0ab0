import { Download, FolderDown } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import type { RouteAnswer } from '../../protocol/index.ts';
import { ask } from '../api/client.ts';
import { useAsking } from '../api/useAsking.ts';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { field } from '../design/fields.ts';
import { Labelled } from '../design/Labelled.tsx';
import { useDocument } from '../document/documentStore.ts';
import { closeFileDialog, useFileDialog } from './dialogStore.ts';
import { downloadZip } from './fileCommands.ts';

/** The service as a folder, written as `catalyst build` does, or as a zip archive. */
export function ExportDialog(): ReactNode {
  const isOpen = useFileDialog(({ open }) => open === 'export');
  return (
    <Dialog
      title="Export the service"
      description="A Python project that needs nothing of Catalyst. Into a folder that holds an earlier export, your own edits are merged."
      size="medium"
      isOpen={isOpen}
      onClose={closeFileDialog}
    >
      {isOpen && <ExportForm />}
    </Dialog>
  );
}

type Report = RouteAnswer<'exportFolder'>;

function ExportForm(): ReactNode {
  const current = useDocument((state) => state.current);
  const [folder, setFolder] = useState(`${current?.drawing.name ?? 'workflow'}-service`);
  const [report, setReport] = useState<Report>();
  const { isBusy, why, attempt } = useAsking();
  if (current === undefined) return null;
  const write = (isForced: boolean): void =>
    void attempt(async () =>
      setReport(await ask('exportFolder', { file: current.file, text: current.text, folder, isForced })),
    );
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-end gap-2">
        <div className="min-w-0 grow">
          <Labelled title="Folder, below the opened one">
            <input
              value={folder}
              spellCheck={false}
              onChange={(event) => setFolder(event.target.value)}
              className={`${field} h-8 font-mono`}
            />
          </Labelled>
        </div>
        <Button look="primary" icon={FolderDown} disabled={isBusy || folder === ''} onClick={() => write(false)}>
          Write the folder
        </Button>
      </div>
      <div className="flex items-center gap-3">
        <Button icon={Download} onClick={() => void downloadZip()}>
          Download a zip archive
        </Button>
        <span className="text-xs text-muted">{current.compiled?.files?.length ?? 0} files</span>
      </div>
      {why !== '' && (
        <p role="alert" className="rounded-control bg-danger-soft px-3 py-2 text-danger">
          {why}
        </p>
      )}
      {report !== undefined && <Written report={report} onForce={() => write(true)} />}
    </div>
  );
}

function Written({ report, onForce }: { readonly report: Report; readonly onForce: () => void }): ReactNode {
  const { folder, written, unchanged, needs, conflicts, projectHash } = report;
  return (
    <div role="status" className="rounded-control border border-line bg-sunken p-3 text-xs">
      <p className="font-medium">
        {folder}: {written} {written === 1 ? 'file' : 'files'} written, {unchanged} unchanged
      </p>
      {conflicts.length > 0 ? (
        <>
          <p className="mt-2 text-warning">
            Where you and the compiler changed the same lines, yours stay and the new version lies beside:
          </p>
          <ul className="mt-1 font-mono">
            {conflicts.map(({ path, offered }) => (
              <li key={path}>
                {path} → {offered}
              </li>
            ))}
          </ul>
          <Button className="mt-2" onClick={onForce}>
            Take the new versions, keep mine as .bak
          </Button>
        </>
      ) : (
        <pre tabIndex={0} aria-label="How to start it" className="mt-2 overflow-auto font-mono text-2xs">
          {[
            `cd ${folder}`,
            'python3 -m venv .venv && .venv/bin/pip install -r requirements.txt',
            ...(needs.length === 0 ? [] : [`cp .env.example .env   # then fill in ${needs.join(', ')}`]),
            '.venv/bin/python -m app.runtime.serve',
          ].join('\n')}
        </pre>
      )}
      <p className="mt-2 font-mono text-2xs break-all text-faint">project {projectHash}</p>
    </div>
  );
}
