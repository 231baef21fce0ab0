import type { ReactNode } from 'react';

export function FilesPanel(): ReactNode {
  return null;
}
