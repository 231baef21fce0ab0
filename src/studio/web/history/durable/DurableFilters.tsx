import { RefreshCw, Settings2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { runStandings } from '../../../../core/durableRuns.ts';
import type { Service } from '../../../protocol/index.ts';
import { IconButton } from '../../design/Button.tsx';
import { field } from '../../design/fields.ts';
import { SourceSwitch } from '../SourceSwitch.tsx';
import type { DurableFilter } from './durableStore.ts';
import { useServices } from './serviceStore.ts';
import { standingWord } from './StandingMark.tsx';

const hourMs = 3_600_000;
const ages = [
  { title: 'Any time', ms: undefined },
  { title: 'Last hour', ms: hourMs },
  { title: 'Last day', ms: 24 * hourMs },
  { title: 'Last week', ms: 7 * 24 * hourMs },
] as const;

interface DurableFiltersProps {
  readonly services: readonly Service[];
  readonly filter: DurableFilter;
  readonly workflows: readonly string[];
  readonly onFilter: (filter: DurableFilter) => void;
  readonly onRefresh: () => void;
  readonly onOpen: (id: string) => void;
  readonly onServices: () => void;
  /** A run is open, and where there is room for one of the two only, that is it. */
  readonly isBeside: boolean;
}

/** Of which service which runs are looked for. */
export function DurableFilters(props: DurableFiltersProps): ReactNode {
  const { services, filter, workflows, onFilter, onRefresh, onOpen, onServices, isBeside } = props;
  const [id, setId] = useState('');
  return (
    <div
      className={`flex min-h-9 shrink-0 flex-wrap items-center gap-1.5 border-b border-line px-2 py-1 text-xs ${isBeside ? '@max-3xl:hidden' : ''}`}
    >
      <SourceSwitch />
      <select
        aria-label="Of which service"
        className={`${field} max-w-56`}
        value={filter.service}
        onChange={({ target }) => useServices.setState({ chosen: target.value })}
      >
        {services.map((service) => (
          <option key={service.id} value={service.id}>
            {service.address.replace(/^https?:\/\//, '')}
          </option>
        ))}
      </select>
      <IconButton icon={Settings2} label="Services and their tokens" onClick={onServices} />
      <select
        aria-label="Of which workflow"
        className={`${field} max-w-44 @max-3xl:max-w-28`}
        value={filter.workflow ?? ''}
        onChange={({ target }) => onFilter({ ...filter, workflow: target.value === '' ? undefined : target.value })}
      >
        <option value="">All workflows</option>
        {workflows.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <select
        aria-label="How they stand"
        className={field}
        value={filter.status ?? ''}
        onChange={({ target }) =>
          onFilter({ ...filter, status: runStandings.find((standing) => standing === target.value) })
        }
      >
        <option value="">Any state</option>
        {runStandings.map((standing) => (
          <option key={standing} value={standing}>
            {standingWord(standing)}
          </option>
        ))}
      </select>
      <select
        aria-label="Since when"
        className={field}
        value={filter.age ?? ''}
        onChange={({ target }) =>
          onFilter({ ...filter, age: ages.find(({ ms }) => String(ms ?? '') === target.value)?.ms })
        }
      >
        {ages.map(({ title, ms }) => (
          <option key={title} value={ms ?? ''}>
            {title}
          </option>
        ))}
      </select>
      <form
        className="contents"
        onSubmit={(event) => {
          event.preventDefault();
          if (id.trim() !== '') onOpen(id.trim());
        }}
      >
        <input
          aria-label="Open a run by its id"
          placeholder="Id of a run"
          autoComplete="off"
          spellCheck={false}
          className={`${field} w-20 max-w-40 grow`}
          value={id}
          onChange={({ target }) => setId(target.value)}
        />
      </form>
      <span className="@max-3xl:hidden grow" />
      <IconButton icon={RefreshCw} label="Ask again" onClick={onRefresh} />
    </div>
  );
}
