import type { ReactNode } from 'react';

export function RunPanel(): ReactNode {
  return null;
}
