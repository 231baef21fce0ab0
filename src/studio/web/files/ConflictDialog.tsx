import type { ReactNode } from 'react';

export function ConflictDialog(): ReactNode {
  return null;
}
