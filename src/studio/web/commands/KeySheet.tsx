import type { ReactNode } from 'react';

export function KeySheet(): ReactNode {
  return null;
}
