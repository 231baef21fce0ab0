import type { ReactNode } from 'react';

import { ConflictDialog } from './ConflictDialog.tsx';
import { DeleteDialog } from './DeleteDialog.tsx';
import { ExportDialog } from './ExportDialog.tsx';
import { NewFileDialog } from './NewFileDialog.tsx';
import { VersionsDialog } from './VersionsDialog.tsx';

/** The windows about files, of which at most one is open. */
export function FileDialogs(): ReactNode {
  return (
    <>
      <NewFileDialog />
      <VersionsDialog />
      <DeleteDialog />
      <ConflictDialog />
      <ExportDialog />
    </>
  );
}
