import type { ReactNode } from 'react';

export function CostPanel(): ReactNode {
  return null;
}
