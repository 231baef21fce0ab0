import type { ReactNode } from 'react';

import { MarkedText } from '../MarkedText.tsx';

/** The text of a note: headings, list items, bold and code are shown as such, all else as it is. */
export function NoteText({ text }: { readonly text: string }): ReactNode {
  return text.split('\n').map((line, index) => <Line key={index} line={line} />);
}

function Line({ line }: { readonly line: string }): ReactNode {
  const heading = /^#{1,3} (.*)$/.exec(line)?.[1];
  if (heading !== undefined)
    return (
      <p className="font-semibold">
        <MarkedText text={heading} />
      </p>
    );
  const item = /^\s*[-*] (.*)$/.exec(line)?.[1];
  if (item !== undefined)
    return (
      <p className="pl-3 -indent-3">
        {'• '}
        <MarkedText text={item} />
      </p>
    );
  return (
    <p className="min-h-4">
      <MarkedText text={line} />
    </p>
  );
}
