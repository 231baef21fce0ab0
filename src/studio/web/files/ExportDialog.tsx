import { Download, FolderDown } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';

import type { RouteAnswer } from '../../protocol/index.ts';
import { ApiError, ask } from '../api/client.ts';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
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
  const [why, setWhy] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const folderId = useId();
  if (current === undefined) return null;
  const write = async (isForced: boolean): Promise<void> => {
    setBusy(true);
    try {
      setReport(await ask('exportFolder', { file: current.file, text: current.text, folder, isForced }));
      setWhy(undefined);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setWhy(error.words);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="flex flex-col gap-4">
      <div>
        <label htmlFor={folderId} className="text-xs font-medium">
          Folder, below the opened one
        </label>
        <div className="mt-1 flex gap-2">
          <input
            id={folderId}
            value={folder}
            spellCheck={false}
            onChange={(event) => setFolder(event.target.value)}
            className="min-w-0 grow rounded-control border border-line-strong bg-surface px-2 font-mono text-xs"
          />
          <Button look="primary" icon={FolderDown} disabled={isBusy || folder === ''} onClick={() => void write(false)}>
            Write the folder
          </Button>
        </div>
      </div>
      <div className="flex items-center gap-3">
        <Button icon={Download} onClick={() => void downloadZip()}>
          Download a zip archive
        </Button>
        <span className="text-xs text-muted">{current.compiled?.files?.length ?? 0} files</span>
      </div>
      {why !== undefined && (
        <p role="alert" className="rounded-control bg-danger-soft px-3 py-2 text-danger">
          {why}
        </p>
      )}
      {report !== undefined && <Written report={report} onForce={() => void write(true)} />}
    </div>
  );
}

function Written({ report, onForce }: { readonly report: Report; readonly onForce: () => void }): ReactNode {
  const { folder, written, unchanged, conflicts, projectHash } = report;
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
        <pre className="mt-2 overflow-auto font-mono text-2xs">{`cd ${folder}
python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
OPENAI_API_KEY=… .venv/bin/python -m app.runtime.serve`}</pre>
      )}
      <p className="mt-2 font-mono text-2xs break-all text-faint">project {projectHash}</p>
    </div>
  );
}
