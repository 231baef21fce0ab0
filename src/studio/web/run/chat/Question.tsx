import { Pencil } from 'lucide-react';
import { memo, useState, type ReactNode } from 'react';

import { Button, IconButton } from '../../design/Button.tsx';
import { area } from '../../design/fields.ts';

interface QuestionProps {
  readonly text: string;
  /** Asks it anew in other words, in the place of this turn and those after it. */
  readonly onResend: (text: string) => void;
}

/** What somebody has asked. */
export const Question = memo(function Question({ text, onResend }: QuestionProps): ReactNode {
  const [edited, setEdited] = useState<string>();
  if (edited === undefined)
    return (
      <div className="group flex max-w-[85%] min-w-0 items-start gap-1 self-end">
        <IconButton
          icon={Pencil}
          label="Edit and send again"
          className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
          onClick={() => setEdited(text)}
        />
        <p className="min-w-0 rounded-card bg-accent-soft px-3 py-1.5 wrap-anywhere whitespace-pre-wrap">{text}</p>
      </div>
    );
  const resend = (): void => {
    if (edited.trim() === '') return;
    setEdited(undefined);
    onResend(edited);
  };
  return (
    <form
      className="flex w-full max-w-[85%] flex-col items-end gap-1.5 self-end"
      onSubmit={(event) => {
        event.preventDefault();
        resend();
      }}
    >
      <textarea
        autoFocus
        aria-label="The message"
        className={`${area} field-sizing-content max-h-48 w-full text-sm`}
        value={edited}
        onChange={({ target }) => setEdited(target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.preventDefault();
            setEdited(undefined);
          } else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            resend();
          }
        }}
      />
      <span className="flex gap-1.5">
        <Button look="quiet" onClick={() => setEdited(undefined)}>
          Cancel
        </Button>
        <Button look="primary" type="submit">
          Send again
        </Button>
      </span>
    </form>
  );
});
