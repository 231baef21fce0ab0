import type { ReactNode } from 'react';

import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import { ApiError, ask } from '../api/client.ts';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { useDocument } from '../document/documentStore.ts';
import { closeFileDialog, useFileDialog } from './dialogStore.ts';

/** Asks before a file goes. */
export function DeleteDialog(): ReactNode {
  const isOpen = useFileDialog(({ open }) => open === 'delete');
  const current = useDocument((state) => state.current);
  const remove = async (): Promise<void> => {
    if (current === undefined) return;
    closeFileDialog();
    try {
      await ask('deleteFile', { file: current.file });
      useDocument.getState().close(current.file);
      history.replaceState(null, '', location.pathname);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      useDocument.getState().refuse(error.refusal.message);
    }
  };
  return (
    <Dialog
      title={`Delete ${pageText(current?.path ?? '')}?`}
      description="Its last text stays in the Studio's local history. Python files that it names stay where they are."
      isOpen={isOpen}
      onClose={closeFileDialog}
      footer={
        <>
          <Button onClick={closeFileDialog}>Keep it</Button>
          <Button look="danger" onClick={() => void remove()}>
            Delete
          </Button>
        </>
      }
    />
  );
}
