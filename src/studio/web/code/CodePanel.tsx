import { Suspense, type ReactNode } from 'react';

import { Segments } from '../design/Segments.tsx';
import { ServiceCode } from './ServiceCode.tsx';
import { useCode } from './codeStore.ts';
import { later } from '../design/later.ts';

const WorkflowText = later(async () => (await import('./WorkflowText.tsx')).WorkflowText);

const views = [
  { value: 'service', title: 'Generated service' },
  { value: 'file', title: 'Workflow file' },
];

/** The two texts that a workflow is: the Python that it compiles to, and the file that it is kept in. */
export function CodePanel(): ReactNode {
  const shown = useCode((state) => state.shown);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="shrink-0 border-b border-line px-3 py-1">
        <Segments
          label="Which text"
          options={views}
          value={shown}
          isSmall
          onChange={(view) => useCode.setState({ shown: view === 'file' ? 'file' : 'service' })}
        />
      </div>
      <div className="min-h-0 grow">
        {shown === 'service' ? (
          <ServiceCode />
        ) : (
          <Suspense fallback={null}>
            <WorkflowText />
          </Suspense>
        )}
      </div>
    </div>
  );
}
