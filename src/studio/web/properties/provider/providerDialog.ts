import { create } from 'zustand';

interface ProviderDialog {
  /** The node that is to ask someone else. */
  readonly node: string | undefined;
}

export const useProviderDialog = create<ProviderDialog>()(() => ({ node: undefined }));

export function openProviderDialog(node: string | undefined): void {
  useProviderDialog.setState({ node });
}
