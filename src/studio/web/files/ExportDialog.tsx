import type { ReactNode } from 'react';

export function ExportDialog(): ReactNode {
  return null;
}
