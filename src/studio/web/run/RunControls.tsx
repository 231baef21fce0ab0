import type { ReactNode } from 'react';

export function RunControls(): ReactNode {
  return null;
}
