import { ChevronLeft, ChevronRight, CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

import { Button, IconButton } from '../design/Button.tsx';
import { duration, preview } from '../design/figures.ts';
import { chooseItem } from './chosenItem.ts';
import { field } from '../design/fields.ts';
import { roundKey, type Round } from './rounds.ts';

/** So many are offered at once, those around the one that is looked at. */
const mostOffered = 400;

interface ItemChooserProps {
  readonly rounds: ReadonlyMap<string, Round>;
  /** The one that is looked at. */
  readonly chosen: Round | undefined;
  /** What is looked at while none is chosen. */
  readonly whole: string;
}

/** Chooses for which item of a loop the values of a node are shown. */
export function ItemChooser({ rounds, chosen, whole }: ItemChooserProps): ReactNode {
  const all = [...rounds.values()];
  const place = chosen === undefined ? -1 : all.indexOf(chosen);
  const from = Math.max(0, Math.min(place - mostOffered / 2, all.length - mostOffered));
  const offered = all.slice(from, from + mostOffered);
  const failed = all.filter(({ state }) => state === 'failed');
  const nextFailed = failed.find((round) => all.indexOf(round) > place) ?? failed[0];
  const go = (round: Round | undefined): void => chooseItem(round?.items);
  return (
    <div className="flex h-8 shrink-0 items-center gap-1 border-b border-line px-1.5">
      <IconButton
        icon={ChevronLeft}
        label="The item before"
        disabled={place < 0}
        onClick={() => go(place === 0 ? undefined : all[place - 1])}
      />
      <select
        aria-label="For which item"
        className={`${field} h-6 min-w-0 grow`}
        value={chosen === undefined ? '' : roundKey(chosen.items)}
        onChange={({ target }) => go(rounds.get(target.value))}
      >
        <option value="">{whole}</option>
        {offered.map((round) => (
          <option key={roundKey(round.items)} value={roundKey(round.items)}>
            {described(round)}
          </option>
        ))}
      </select>
      <IconButton
        icon={ChevronRight}
        label="The next item"
        disabled={place === all.length - 1}
        onClick={() => go(all[place + 1])}
      />
      {failed.length > 0 && (
        <Button look="danger" icon={CircleAlert} className="h-6!" onClick={() => go(nextFailed)}>
          {failed.length} failed
        </Button>
      )}
    </div>
  );
}

function described({ items, state, elapsedMs, item, error }: Round): string {
  const about = error?.message ?? (item === undefined ? '' : preview(item.value));
  const figures = state === 'running' ? 'running' : state === 'done' ? duration(elapsedMs) : state;
  return [roundKey(items), figures, about]
    .filter((each) => each !== '')
    .join(' · ')
    .slice(0, 120);
}
