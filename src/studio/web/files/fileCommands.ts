import { Download, FilePlus, FolderDown, History, Trash2 } from 'lucide-react';

import type { Command } from '../commands/command.ts';
import { addCommands } from '../commands/registry.ts';
import { compiler } from '../document/compiler.ts';
import { useDocument } from '../document/documentStore.ts';
import { useFileDialog } from './dialogStore.ts';
import { saveBytes } from './saveBytes.ts';

/** What is done with files as a whole. */
export function addFileCommands(): void {
  const commands: readonly Command[] = [
    { id: 'new-file', title: 'New workflow …', group: 'File', icon: FilePlus, run: opens('new') },
    {
      id: 'versions',
      title: 'Earlier versions of this file …',
      group: 'File',
      icon: History,
      unavailable: needsFile,
      run: opens('versions'),
    },
    {
      id: 'export',
      title: 'Export the service …',
      group: 'File',
      keys: ['Mod+E'],
      icon: FolderDown,
      unavailable: needsSound,
      run: opens('export'),
    },
    {
      id: 'download-zip',
      title: 'Download the service as a zip archive',
      group: 'File',
      icon: Download,
      unavailable: needsSound,
      run: downloadZip,
    },
    {
      id: 'delete-file',
      title: 'Delete this file …',
      group: 'File',
      icon: Trash2,
      unavailable: needsFile,
      run: opens('delete'),
    },
  ];
  addCommands(commands);
}

export async function downloadZip(): Promise<void> {
  const { current } = useDocument.getState();
  if (current === undefined) return;
  saveBytes(`${current.drawing.name}.zip`, new Uint8Array(await compiler().zip()), 'application/zip');
}

function opens(open: 'new' | 'versions' | 'export' | 'delete'): () => void {
  return () => useFileDialog.setState({ open });
}

function needsFile(): string | undefined {
  return useDocument.getState().current === undefined ? 'No workflow is open.' : undefined;
}

function needsSound(): string | undefined {
  const { current } = useDocument.getState();
  if (current === undefined) return 'No workflow is open.';
  return current.compiled?.files === undefined ? 'The workflow has errors; the problems say which.' : undefined;
}
