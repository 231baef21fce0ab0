import type { ReactNode } from 'react';

export function RequestPanel(): ReactNode {
  return null;
}
