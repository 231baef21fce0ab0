import type { ReactNode } from 'react';

export function PropertiesPanel(): ReactNode {
  return null;
}
