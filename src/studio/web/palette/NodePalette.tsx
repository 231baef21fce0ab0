import type { ReactNode } from 'react';

export function NodePalette(): ReactNode {
  return null;
}
