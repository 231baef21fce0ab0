import { create } from 'zustand';

import { useLayout } from '../shell/layoutStore.ts';

interface CodeState {
  /** The generated service, or the workflow file itself. */
  readonly shown: 'service' | 'file';
  /** An offset in the file's text that is to be looked at. */
  readonly place: number | undefined;
}

export const useCode = create<CodeState>()(() => ({ shown: 'service', place: undefined }));

/** Opens the workflow file's text at an offset. */
export function showInText(place: number): void {
  useCode.setState({ shown: 'file', place });
  useLayout.getState().set({ bottom: 'code' });
}
