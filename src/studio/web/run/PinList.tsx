import { Pencil, Pin as PinIcon, PinOff } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import type { Pin } from '../../protocol/index.ts';
import { Button, IconButton } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { EmptyState } from '../design/EmptyState.tsx';
import { Keys } from '../design/Keys.tsx';
import { chooseNode } from './chosenNode.ts';
import { area } from '../design/fields.ts';
import { preview } from '../design/figures.ts';
import { jsonOrWhy } from './jsonText.ts';
import { Prose } from './Prose.tsx';
import { asObject } from './shapes.ts';
import { pin, setPins, unpin, usePins } from './pins.ts';

interface PinListProps {
  readonly file: string;
  readonly titleOf: (node: string) => string;
}

/** Outputs that runs take as they are, in the place of what the node would do. */
export function PinList({ file, titleOf }: PinListProps): ReactNode {
  const pins = usePins(file);
  const [edited, setEdited] = useState<Pin>();
  if (pins.length === 0)
    return (
      <EmptyState icon={PinIcon} title="Nothing is pinned">
        A pinned output is taken as it is: the node is not asked, and costs nothing. Select a node that has run and
        press <Keys keys="P" />.
      </EmptyState>
    );
  return (
    <div className="min-h-0 grow overflow-auto">
      <ul aria-label="Pinned outputs">
        {pins.map((each) => (
          <li key={each.node} className="flex h-9 items-center gap-2 border-b border-line px-2 text-xs">
            <PinIcon size={14} aria-hidden className="shrink-0 text-accent" />
            <button
              type="button"
              className="w-40 shrink-0 truncate text-left font-medium hover:underline"
              onClick={() => chooseNode(each.node)}
            >
              {titleOf(each.node)}
            </button>
            <code className="min-w-0 grow truncate text-2xs text-muted">{preview(each.value)}</code>
            <IconButton icon={Pencil} label={`Edit what ${titleOf(each.node)} gives`} onClick={() => setEdited(each)} />
            <IconButton
              icon={PinOff}
              label={`Unpin ${titleOf(each.node)}`}
              onClick={() => void unpin(file, each.node)}
            />
          </li>
        ))}
      </ul>
      {pins.length > 1 && (
        <Button look="quiet" className="m-1" onClick={() => void setPins(file, [])}>
          Unpin all
        </Button>
      )}
      {edited !== undefined && (
        <PinDialog file={file} edited={edited} title={titleOf(edited.node)} onClose={() => setEdited(undefined)} />
      )}
    </div>
  );
}

interface PinDialogProps {
  readonly file: string;
  readonly edited: Pin;
  readonly title: string;
  readonly onClose: () => void;
}

function PinDialog({ file, edited, title, onClose }: PinDialogProps): ReactNode {
  const [text, setText] = useState(() => JSON.stringify(edited.value, null, 2));
  const read = jsonOrWhy(text);
  const save = async (): Promise<void> => {
    if ('value' in read && (await pin(file, edited.node, read.value, edited.run))) onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      title={`What ${title} gives`}
      description="Runs take this value in the place of what the node would do."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={!('value' in read)} onClick={() => void save()}>
            Keep
          </Button>
        </>
      }
    >
      <textarea
        aria-label="The value as JSON"
        aria-invalid={!('value' in read)}
        spellCheck={false}
        className={`${area} block h-72 w-full resize-y font-mono`}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {asObject(edited.value)?.['content'] !== undefined && (
        <p className="mt-1 text-xs text-muted">
          <Prose text="A model is told to say `content` and to make these calls. `parsed` and the counts are worked out of that." />
        </p>
      )}
      <p role="status" className="mt-1 min-h-5 text-xs text-danger">
        {'why' in read ? read.why : ''}
      </p>
    </Dialog>
  );
}
