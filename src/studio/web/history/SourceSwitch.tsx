import type { ReactNode } from 'react';
import { create } from 'zustand';

import { Segments } from '../design/Segments.tsx';

const sources = [
  { value: 'studio', title: 'This Studio' },
  { value: 'service', title: 'A service' },
] as const;
type Source = (typeof sources)[number]['value'];

/** Whose runs the history shows. */
export const useHistorySource = create<{ readonly source: Source }>()(() => ({ source: 'studio' }));

export function SourceSwitch(): ReactNode {
  const source = useHistorySource((state) => state.source);
  return (
    <Segments
      label="Whose runs"
      options={sources}
      value={source}
      isSmall
      onChange={(value) => useHistorySource.setState({ source: value === 'service' ? 'service' : 'studio' })}
    />
  );
}
