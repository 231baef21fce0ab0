import type { ReactNode } from 'react';

import type { RunState, RunSummary } from '../../protocol/index.ts';
import { answererKinds } from '../run/answerers.ts';
import { field } from '../design/fields.ts';
import { stateWord } from '../run/StateMark.tsx';

const states: readonly RunState[] = ['running', 'done', 'failed', 'cancelled'];

interface HistoryFiltersProps {
  readonly isAllFiles: boolean;
  readonly onAllFiles: (isAllFiles: boolean) => void;
  readonly state: RunState | undefined;
  readonly onState: (state: RunState | undefined) => void;
  readonly answeredBy: RunSummary['answeredBy'] | undefined;
  readonly onAnsweredBy: (answeredBy: RunSummary['answeredBy'] | undefined) => void;
  readonly search: string;
  readonly onSearch: (search: string) => void;
}

/** Which runs are looked for. */
export function HistoryFilters(props: HistoryFiltersProps): ReactNode {
  return (
    <>
      <select
        aria-label="Of which files"
        className={field}
        value={props.isAllFiles ? 'all' : 'this'}
        onChange={({ target }) => props.onAllFiles(target.value === 'all')}
      >
        <option value="this">This workflow</option>
        <option value="all">All workflows</option>
      </select>
      <select
        aria-label="How they ended"
        className={field}
        value={props.state ?? ''}
        onChange={({ target }) => props.onState(states.find((each) => each === target.value))}
      >
        <option value="">Any state</option>
        {states.map((each) => (
          <option key={each} value={each}>
            {stateWord(each)}
          </option>
        ))}
      </select>
      <select
        aria-label="Answered by"
        className={field}
        value={props.answeredBy ?? ''}
        onChange={({ target }) => props.onAnsweredBy(isAnswerer(target.value) ? target.value : undefined)}
      >
        <option value="">Answered by any</option>
        {Object.entries(answererKinds).map(([name, word]) => (
          <option key={name} value={name}>
            {word}
          </option>
        ))}
      </select>
      <input
        type="search"
        aria-label="Find in inputs, outputs and errors"
        placeholder="Find in all texts"
        className={`${field} w-44`}
        value={props.search}
        onChange={({ target }) => props.onSearch(target.value)}
      />
    </>
  );
}

function isAnswerer(name: string): name is RunSummary['answeredBy'] {
  return Object.hasOwn(answererKinds, name);
}
