import type { ReactNode } from 'react';

/** The text of a note: headings, list items, bold and code are shown as such, all else as it is. */
export function NoteText({ text }: { readonly text: string }): ReactNode {
  return text.split('\n').map((line, index) => <Line key={index} line={line} />);
}

function Line({ line }: { readonly line: string }): ReactNode {
  const heading = /^#{1,3} (.*)$/.exec(line)?.[1];
  if (heading !== undefined)
    return (
      <p className="font-semibold">
        <Words text={heading} />
      </p>
    );
  const item = /^\s*[-*] (.*)$/.exec(line)?.[1];
  if (item !== undefined)
    return (
      <p className="pl-3 -indent-3">
        {'• '}
        <Words text={item} />
      </p>
    );
  return (
    <p className="min-h-4">
      <Words text={line} />
    </p>
  );
}

function Words({ text }: { readonly text: string }): ReactNode {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part, index) => {
    if (/^\*\*.+\*\*$/.test(part)) return <strong key={index}>{part.slice(2, -2)}</strong>;
    if (/^`.+`$/.test(part))
      return (
        <code key={index} className="font-mono text-2xs">
          {part.slice(1, -1)}
        </code>
      );
    return part;
  });
}
