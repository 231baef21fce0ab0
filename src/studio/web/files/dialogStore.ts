import { create } from 'zustand';

interface DialogState {
  /** Which window about files is open. */
  readonly open: 'new' | 'versions' | 'export' | 'delete' | undefined;
}

export const useFileDialog = create<DialogState>()(() => ({ open: undefined }));

export function closeFileDialog(): void {
  useFileDialog.setState({ open: undefined });
}
