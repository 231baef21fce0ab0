import { RotateCcw } from 'lucide-react';
import { Suspense, useEffect, useState, type ReactNode } from 'react';

import type { Version } from '../../protocol/index.ts';
import { ask } from '../api/client.ts';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { useDocument } from '../document/documentStore.ts';
import { closeFileDialog, useFileDialog } from './dialogStore.ts';
import { later } from '../design/later.ts';

const DiffView = later(async () => (await import('../editors/DiffView.tsx')).DiffView);

/** What the file was before: each version beside what it is now, and the way back. */
export function VersionsDialog(): ReactNode {
  const isOpen = useFileDialog(({ open }) => open === 'versions');
  return (
    <Dialog
      title="Earlier versions"
      description="The Studio keeps what each save replaced, also what came from outside."
      size="large"
      isOpen={isOpen}
      onClose={closeFileDialog}
    >
      {isOpen && <Versions />}
    </Dialog>
  );
}

function Versions(): ReactNode {
  const file = useDocument((state) => state.current?.file) ?? '';
  const text = useDocument((state) => state.current?.text) ?? '';
  const [versions, setVersions] = useState<readonly Version[]>();
  const [chosen, setChosen] = useState<Version>();
  const [old, setOld] = useState<string>();
  useEffect(() => {
    let isCurrent = true;
    const load = async (): Promise<void> => {
      const answer = await ask('versions', { file });
      if (!isCurrent) return;
      setVersions(answer.versions);
      setChosen(answer.versions[0]);
    };
    void load();
    return () => {
      isCurrent = false;
    };
  }, [file]);
  useEffect(() => {
    let isCurrent = true;
    setOld(undefined);
    if (chosen === undefined) return undefined;
    const load = async (): Promise<void> => {
      const { text: then } = await ask('version', { file, version: chosen.id });
      if (isCurrent) setOld(then);
    };
    void load();
    return () => {
      isCurrent = false;
    };
  }, [file, chosen]);
  if (versions === undefined) return <p role="status">Looking …</p>;
  if (versions.length === 0) return <p className="text-muted">There is none yet: the first change makes one.</p>;
  const restore = (): void => {
    if (old === undefined || chosen === undefined) return;
    useDocument.getState().setText(old, `Restore the version of ${timeOf(chosen.at)}`);
    closeFileDialog();
  };
  return (
    <div className="flex h-[60vh] min-h-0 gap-4">
      <ul className="w-60 shrink-0 overflow-auto">
        {versions.map((version) => (
          <li key={version.id}>
            <button
              type="button"
              aria-current={version.id === chosen?.id}
              onClick={() => setChosen(version)}
              className={`w-full rounded-control px-2 py-1.5 text-left text-xs hover:bg-sunken ${version.id === chosen?.id ? 'bg-accent-soft' : ''}`}
            >
              <span className="block truncate font-medium">
                {version.title === '' ? (version.origin === 'outside' ? 'Changed outside' : 'Saved') : version.title}
              </span>
              <span className="text-2xs text-muted">{timeOf(version.at)}</span>
            </button>
          </li>
        ))}
      </ul>
      <div className="flex min-w-0 grow flex-col gap-2">
        <div className="min-h-0 grow overflow-hidden rounded-control border border-line">
          <Suspense fallback={null}>
            {old !== undefined && old !== text && <DiffView before={old} after={text} titles={['Then', 'Now']} />}
            {old === text && <p className="p-3 text-muted">This is what is drawn now.</p>}
          </Suspense>
        </div>
        <div className="flex justify-end">
          <Button look="primary" icon={RotateCcw} disabled={old === undefined || old === text} onClick={restore}>
            Restore this version
          </Button>
        </div>
      </div>
    </div>
  );
}

function timeOf(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}
