import { useRef, type ReactNode } from 'react';

import type { TextFinding } from './finding.ts';
import { templateLanguage, type ShownValues } from './templateLanguage.ts';
import { useCodeMirror } from './useCodeMirror.ts';

export interface TemplateEditorProps {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** The id of the node whose config has the text. */
  readonly node: string;
  /** The key of the config under which it stands. */
  readonly field: string | undefined;
  /** What its expressions read. */
  readonly values: ShownValues;
  readonly isLong?: boolean;
  readonly findings?: readonly TextFinding[] | undefined;
  readonly placeholder?: string | undefined;
  readonly describedBy?: string | undefined;
  readonly autoFocus?: boolean | undefined;
}

/** An editor of a text in which `{{ … }}` stands for values. */
export function TemplateTextEditor({ node, field, values, isLong = false, ...rest }: TemplateEditorProps): ReactNode {
  const place = useRef({ node, field, values });
  place.current = { node, field, values };
  const parent = useCodeMirror({
    ...rest,
    isSingleLine: !isLong,
    extensions: () =>
      templateLanguage({
        place: () => ({ node: place.current.node, key: place.current.field }),
        values: () => place.current.values,
      }),
  });
  return <div ref={parent} className={isLong ? 'editor editor-long' : 'editor'} />;
}
