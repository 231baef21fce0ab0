import type { ReactNode } from 'react';

import { JsonEditor } from '../../editors/JsonEditor.tsx';
import { useForm, type FieldProps } from '../formContext.ts';
import { fieldKey, typedValue } from '../owner.ts';
import { useDraft } from '../useDraft.ts';

/** Any value, as JSON. */
export function JsonField({ label, path, value, describedBy, autoFocus }: FieldProps): ReactNode {
  const { owner } = useForm();
  const draft = useDraft(fieldKey(owner, path), value, (next) => typedValue(owner, path, next));
  return (
    <JsonEditor
      label={label}
      value={draft.value}
      onChange={draft.set}
      describedBy={describedBy}
      autoFocus={autoFocus}
    />
  );
}
