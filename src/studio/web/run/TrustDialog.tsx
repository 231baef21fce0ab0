import type { ReactNode } from 'react';

export function TrustDialog(): ReactNode {
  return null;
}
