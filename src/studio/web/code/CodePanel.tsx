import type { ReactNode } from 'react';

export function CodePanel(): ReactNode {
  return null;
}
