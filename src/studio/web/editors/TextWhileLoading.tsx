import './editors.css';

import type { ReactNode } from 'react';

import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import { waitForEditor } from './waitingFocus.ts';

interface TextWhileLoadingProps {
  readonly label: string;
  readonly text: string;
  readonly look: string;
}

/** The text in the place and the size of the editor that is to come. */
export function TextWhileLoading({ label, text, look }: TextWhileLoadingProps): ReactNode {
  return (
    <div
      aria-label={label}
      role="textbox"
      aria-readonly
      tabIndex={0}
      className={`editor ${look}`}
      onFocus={() => waitForEditor(label)}
    >
      <div className="overflow-hidden px-2 py-1.5 break-words whitespace-pre-wrap">
        {text === '' ? ' ' : pageText(text)}
      </div>
    </div>
  );
}
