import type { ReactNode } from 'react';

export function ProblemsPanel(): ReactNode {
  return null;
}
