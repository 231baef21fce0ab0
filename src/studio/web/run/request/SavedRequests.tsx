import { Pencil, Save, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import type { Drawing } from '../../../../core/workflow/edits/index.ts';
import type { SavedRequest } from '../../../protocol/index.ts';
import { Button, IconButton } from '../../design/Button.tsx';
import { field } from '../../design/fields.ts';
import { setDraft } from '../requestDrafts.ts';
import { headersOf, setRequests, useRequests, type Draft } from '../requestStore.ts';
import { spelled } from '../../design/spelled.ts';

const none: readonly SavedRequest[] = [];

interface SavedRequestsProps {
  readonly file: string;
  readonly drawing: Drawing;
  readonly draft: Draft;
}

/** Requests that were given a name: chosen, saved, renamed and deleted here. */
export function SavedRequests({ file, drawing, draft }: SavedRequestsProps): ReactNode {
  const saved = useRequests((state) => state.saved.get(file)) ?? none;
  const [naming, setNaming] = useState<'new' | 'rename'>();
  const chosen = saved.find(({ name }) => name === draft.savedAs);
  const request = { input: draft.input, headers: { ...headersOf(draft) } };
  const isChanged =
    chosen !== undefined &&
    JSON.stringify({ input: chosen.input, headers: chosen.headers }) !== JSON.stringify(request);
  const change = (changes: Partial<Draft>): void => setDraft(file, drawing, changes);
  const keep = async (name: string): Promise<void> => {
    const before = naming === 'rename' ? chosen?.name : name;
    const rest = saved.filter((each) => each.name !== name && each.name !== before);
    const kept: SavedRequest = naming === 'rename' && chosen !== undefined ? { ...chosen, name } : { name, ...request };
    setNaming(undefined);
    if (
      await setRequests(
        file,
        [...rest, kept].toSorted((a, b) => a.name.localeCompare(b.name)),
      )
    )
      change({ savedAs: name });
  };
  const remove = async (): Promise<void> => {
    if (chosen === undefined) return;
    if (
      await setRequests(
        file,
        saved.filter((each) => each !== chosen),
      )
    )
      change({ savedAs: undefined });
  };
  const choose = (name: string): void => {
    const next = saved.find((each) => each.name === name);
    if (next === undefined) change({ savedAs: undefined });
    else change({ input: next.input, unreadable: undefined, headers: Object.entries(next.headers), savedAs: name });
  };
  if (naming !== undefined)
    return (
      <NameForm
        first={naming === 'rename' ? (chosen?.name ?? '') : ''}
        taken={saved.map(({ name }) => name)}
        onName={(name) => void keep(name)}
        onCancel={() => setNaming(undefined)}
      />
    );
  return (
    <div className="flex h-9 shrink-0 items-center gap-1 border-b border-line px-2">
      <select
        aria-label="Saved requests"
        className={`${field} min-w-0 grow`}
        disabled={saved.length === 0}
        value={chosen?.name ?? ''}
        onChange={({ target }) => choose(target.value)}
      >
        <option value="">{saved.length === 0 ? 'No saved requests' : 'Saved requests …'}</option>
        {saved.map(({ name }) => (
          <option key={name} value={name}>
            {name}
            {name === chosen?.name && isChanged ? ' (changed)' : ''}
          </option>
        ))}
      </select>
      {isChanged && chosen !== undefined && (
        <Button look="quiet" onClick={() => void keep(chosen.name)}>
          Update
        </Button>
      )}
      <IconButton
        icon={Save}
        label="Save this request under a name"

        disabled={draft.unreadable !== undefined}
        onClick={() => setNaming('new')}
      />
      <IconButton
        icon={Pencil}
        label="Rename the saved request"

        disabled={chosen === undefined}
        onClick={() => setNaming('rename')}
      />
      <IconButton
        icon={Trash2}
        label="Delete the saved request"

        disabled={chosen === undefined}
        onClick={() => void remove()}
      />
    </div>
  );
}

interface NameFormProps {
  readonly first: string;
  readonly taken: readonly string[];
  readonly onName: (name: string) => void;
  readonly onCancel: () => void;
}

function NameForm({ first, taken, onName, onCancel }: NameFormProps): ReactNode {
  const [name, setName] = useState(first);
  const trimmed = name.trim();
  const isTaken = trimmed !== first && taken.includes(trimmed);
  return (
    <form
      className="flex h-9 shrink-0 items-center gap-1 border-b border-line px-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (trimmed !== '') onName(trimmed);
      }}
    >
      <input
        autoFocus
        aria-label="Name of the request"
        placeholder="Name of the request"
        className={`${field} min-w-0 grow`}
        maxLength={80}
        {...spelled(name, setName)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          onCancel();
        }}
      />
      <Button type="submit" look="primary" disabled={trimmed === ''}>
        {isTaken ? 'Replace' : 'Save'}
      </Button>
      <Button look="quiet" onClick={onCancel}>
        Cancel
      </Button>
    </form>
  );
}
