import type { ReactNode } from 'react';

export function HistoryPanel(): ReactNode {
  return null;
}
