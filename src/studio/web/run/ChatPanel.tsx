import type { ReactNode } from 'react';

export function ChatPanel(): ReactNode {
  return null;
}
