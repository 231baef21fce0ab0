import { ToggleGroup } from 'radix-ui';
import { lazy, Suspense, type ReactNode } from 'react';

import { ServiceCode } from './ServiceCode.tsx';
import { useCode } from './codeStore.ts';

const WorkflowText = lazy(async () => ({ default: (await import('./WorkflowText.tsx')).WorkflowText }));

const views = { service: 'Generated service', file: 'Workflow file' } as const;

/** The two texts that a workflow is: the Python that it compiles to, and the file that it is kept in. */
export function CodePanel(): ReactNode {
  const shown = useCode((state) => state.shown);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ToggleGroup.Root
        type="single"
        value={shown}
        aria-label="Which text"
        onValueChange={(view) => (view === 'service' || view === 'file') && useCode.setState({ shown: view })}
        className="flex shrink-0 gap-1 border-b border-line px-3 py-1"
      >
        {Object.entries(views).map(([view, title]) => (
          <ToggleGroup.Item
            key={view}
            value={view}
            className="h-6 rounded-control px-2 text-xs text-muted hover:bg-sunken data-[state=on]:bg-accent-soft data-[state=on]:text-accent"
          >
            {title}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
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
