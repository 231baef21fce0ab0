import { ArrowUp, Square } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';

import { IconButton } from '../../design/Button.tsx';
import { area } from '../../design/fields.ts';

interface ComposerProps {
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly isRunning: boolean;
  readonly onText: (text: string) => void;
  readonly onSend: (text: string) => void;
  readonly onStop: () => void;
  /** What stands at its left: which field is written to. */
  readonly children?: ReactNode;
}

/** Where a message is written: Enter sends it, Shift+Enter begins a line, Escape stops what is being answered. */
export function Composer(props: ComposerProps): ReactNode {
  const { label, placeholder, text, isRunning, onText, onSend, onStop, children } = props;
  const place = useRef<HTMLTextAreaElement>(null);
  useEffect(() => place.current?.focus({ preventScroll: true }), []);
  const trySend = (): void => {
    if (!isRunning && text.trim() !== '') onSend(text);
  };
  return (
    <div className="flex shrink-0 items-end gap-1.5 border-t border-line bg-surface p-2">
      {children}
      <textarea
        ref={place}
        aria-label={label}
        placeholder={placeholder}
        rows={1}
        className={`${area} field-sizing-content max-h-36 min-h-8 grow resize-none py-1.5 text-sm`}
        value={text}
        onChange={({ target }) => onText(target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape' && isRunning) {
            event.preventDefault();
            onStop();
          } else if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            trySend();
          }
        }}
      />
      <IconButton
        icon={isRunning ? Square : ArrowUp}
        label={isRunning ? 'Stop' : 'Send'}
        keys={isRunning ? 'Escape' : 'Enter'}
        look={isRunning ? 'danger' : 'primary'}
        aria-disabled={!isRunning && text.trim() === ''}
        onClick={isRunning ? onStop : trySend}
      />
    </div>
  );
}
