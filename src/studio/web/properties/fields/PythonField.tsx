import type { ReactNode } from 'react';

import { PythonEditor } from '../../editors/PythonEditor.tsx';
import { useForm, type FieldProps } from '../formContext.ts';
import { fieldKey, typedValue } from '../owner.ts';
import { useDraft } from '../useDraft.ts';
import { useTextFindings } from '../useTextFindings.ts';

/** Python that stands in the file. */
export function PythonField({ label, path, value, describedBy, autoFocus }: FieldProps): ReactNode {
  const { owner } = useForm();
  const findings = useTextFindings(path);
  const draft = useDraft(fieldKey(owner, path), typeof value === 'string' ? value : '', (text) =>
    typedValue(owner, path, text),
  );
  return (
    <PythonEditor
      label={label}
      text={draft.value}
      onChange={draft.set}
      findings={findings}
      describedBy={describedBy}
      autoFocus={autoFocus}
    />
  );
}
