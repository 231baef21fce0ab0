import { FilePlus, FileJson } from 'lucide-react';
import type { ReactNode } from 'react';

import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import { useStudio } from '../api/studioStore.ts';
import { runCommand } from '../commands/registry.ts';
import { IconButton } from '../design/Button.tsx';
import { AreaMenu } from '../design/Menu.tsx';
import { useDocument } from '../document/documentStore.ts';
import { openFile } from '../document/openFile.ts';

/** All workflows of the folder. */
export function FilesPanel(): ReactNode {
  const files = useStudio((state) => state.studio?.files) ?? [];
  const folder = useStudio((state) => state.studio?.folder) ?? '';
  const current = useDocument((state) => state.current?.file);
  return (
    <div className="flex min-h-0 grow flex-col">
      <div className="flex items-center gap-2 px-3 py-2">
        <h2 className="grow truncate font-semibold">{pageText(folder)}</h2>
        <IconButton icon={FilePlus} label="New workflow" onClick={() => runCommand('new-file')} />
      </div>
      <ul className="min-h-0 grow overflow-auto pb-4">
        {files.map(({ id, path, description }) => (
          <li key={id}>
            <AreaMenu
              entries={
                id === current
                  ? ['versions', 'export', undefined, 'delete-file']
                  : [{ title: 'Open', onSelect: () => void openFile(id) }]
              }
            >
              <button
                type="button"
                aria-current={id === current}
                title={description && pageText(description)}
                onClick={() => void openFile(id)}
                className={`flex w-full items-center gap-2 px-3 py-1.5 text-left text-xs hover:bg-sunken ${id === current ? 'bg-accent-soft text-accent' : ''}`}
              >
                <FileJson size={14} aria-hidden className="shrink-0 text-faint" />
                <span className="truncate">{pageText(path.replace(/\.workflow\.json$/, ''))}</span>
              </button>
            </AreaMenu>
          </li>
        ))}
      </ul>
    </div>
  );
}
