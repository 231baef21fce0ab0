import { DatabaseZap, PlugZap, ServerCrash, ServerOff } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';

import type { Refusal, Service } from '../../../protocol/index.ts';
import { Button } from '../../design/Button.tsx';
import { EmptyState } from '../../design/EmptyState.tsx';
import { useNow } from '../../run/useNow.ts';
import { SourceSwitch } from '../SourceSwitch.tsx';
import { DurableFilters } from './DurableFilters.tsx';
import { DurableRunPane } from './DurableRunPane.tsx';
import { loadDurable, loadOlder, refreshDurable, useDurable, type DurableFilter } from './durableStore.ts';
import { DurableTable } from './DurableTable.tsx';
import { ServiceForm } from './ServiceForm.tsx';
import { ServicesDialog } from './ServicesDialog.tsx';
import { loadServices, useServices } from './serviceStore.ts';

const refreshMs = 4_000;
const noNames: readonly string[] = [];

/** The durable runs of a service that a person has named: to find one, follow it, decide what it asks, cancel or retry it. */
export function DurableRuns(): ReactNode {
  const { services, chosen, failure } = useServices();
  useEffect(() => void loadServices(), []);
  const service = services?.find(({ id }) => id === chosen);
  if (services !== undefined && service !== undefined)
    return <RunsOf key={service.id} service={service} services={services} />;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-9 shrink-0 items-center border-b border-line px-2 py-1">
        <SourceSwitch />
      </div>
      <div className="min-h-0 grow overflow-auto">
        {failure !== undefined ? (
          <EmptyState icon={ServerCrash} title={failure.message}>
            <p className="mb-3">{failure.hint}</p>
            <Button onClick={() => void loadServices()}>Try again</Button>
          </EmptyState>
        ) : services === undefined ? (
          <p role="status" className="p-4 text-xs text-muted">
            Looking …
          </p>
        ) : (
          <EmptyState icon={DatabaseZap} title="Look at the durable runs of a running service">
            <p className="mb-3">
              A workflow with <code>&quot;durable&quot;: true</code> keeps its runs. Name a service of one, and its runs
              stand here: each step, what it waits for, what it cost.
            </p>
            <ServiceForm />
          </EmptyState>
        )}
      </div>
    </div>
  );
}

interface RunsOfProps {
  readonly service: Service;
  readonly services: readonly Service[];
}

function RunsOf({ service, services }: RunsOfProps): ReactNode {
  const [filter, setFilter] = useState<DurableFilter>({
    service: service.id,
    workflow: undefined,
    status: undefined,
    age: undefined,
  });
  const [opened, setOpened] = useState<string>();
  const [naming, setNaming] = useState<{ readonly address?: string }>();
  const { runs, isLoading, failure } = useDurable();
  const workflows = useDurable((state) => state.workflows.get(service.id) ?? noNames);
  useAsked(filter, service);
  const now = useNow(runs.some(({ status }) => status === 'running'));
  const refresh = (): void => void loadDurable({ ...filter });
  const isFiltered = filter.workflow !== undefined || filter.status !== undefined || filter.age !== undefined;
  const list =
    runs.length > 0 ? (
      <DurableTable runs={runs} now={now} opened={opened} onOpen={setOpened} onEnd={() => void loadOlder()} />
    ) : failure !== undefined ? (
      <Failure failure={failure} onAgain={refresh} onToken={() => setNaming({ address: service.address })} />
    ) : isLoading ? (
      <p role="status" className="p-4 text-xs text-muted">
        Asking {service.address} …
      </p>
    ) : isFiltered ? (
      <EmptyState icon={DatabaseZap} title="No run is like that">
        <Button onClick={() => setFilter({ ...filter, workflow: undefined, status: undefined, age: undefined })}>
          Show all
        </Button>
      </EmptyState>
    ) : (
      <EmptyState icon={DatabaseZap} title="This service has no runs">
        They stand here as soon as somebody begins one. Runs that have ended are deleted after{' '}
        <code>DURABLE_KEEP_DAYS</code>.
      </EmptyState>
    );
  return (
    <div className="@container flex h-full min-h-0 flex-col">
      <DurableFilters
        services={services}
        filter={filter}
        workflows={workflows}
        onFilter={setFilter}
        onRefresh={refresh}
        onOpen={setOpened}
        onServices={() => setNaming({})}
        isBeside={opened !== undefined}
      />
      {failure !== undefined && runs.length > 0 && (
        <p
          role="status"
          className={`shrink-0 border-b border-line bg-warning-soft px-3 py-1.5 text-xs text-warning ${opened === undefined ? '' : '@max-3xl:hidden'}`}
        >
          {failure.message} What is listed is how it was last.
        </p>
      )}
      <div
        className={`grid min-h-0 grow ${opened === undefined ? '' : 'grid-cols-[minmax(0,2fr)_minmax(0,3fr)] @max-3xl:grid-cols-1'}`}
      >
        <div className={`min-h-0 min-w-0 ${opened === undefined ? '' : '@max-3xl:hidden'}`}>{list}</div>
        {opened !== undefined && (
          <div className="min-h-0 min-w-0 border-l border-line @max-3xl:border-l-0">
            <DurableRunPane
              key={opened}
              place={{ service: service.id, run: opened }}
              onOpen={setOpened}
              onClose={() => setOpened(undefined)}
            />
          </div>
        )}
      </div>
      {naming !== undefined && <ServicesDialog changed={naming.address} onClose={() => setNaming(undefined)} />}
    </div>
  );
}

/** Asks anew when something else is looked for or another token was given, and now and then while the page is seen. */
function useAsked(filter: DurableFilter, service: Service): void {
  useEffect(() => void loadDurable(filter), [filter, service]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) void refreshDurable();
    }, refreshMs);
    return () => clearInterval(timer);
  }, []);
}

interface FailureProps {
  readonly failure: Refusal;
  readonly onAgain: () => void;
  readonly onToken: () => void;
}

/** Why the runs cannot be listed, and the way out. */
function Failure({ failure: { code, message, hint }, onAgain, onToken }: FailureProps): ReactNode {
  const isRefused = code === 'service_refused';
  return (
    <EmptyState icon={isRefused ? PlugZap : ServerOff} title={message}>
      <p className="mb-3">{hint}</p>
      {isRefused && <p className="mb-3">Whose id you know, you can open above without listing them.</p>}
      <span className="inline-flex gap-2">
        {isRefused && (
          <Button look="primary" onClick={onToken}>
            Give its token
          </Button>
        )}
        <Button onClick={onAgain}>Try again</Button>
      </span>
    </EmptyState>
  );
}
