import { useId, type ReactNode } from 'react';

import { errorCodes } from '../../../../core/workflow/errorCodes.ts';
import { useDocument } from '../../document/documentStore.ts';
import { inputLook } from '../controls.tsx';
import { useForm, type FieldProps, type Form } from '../formContext.ts';
import type { Field } from '../model/field.ts';
import { fieldKey, typedValue } from '../owner.ts';
import { useDraft } from '../useDraft.ts';
import { spelled } from '../../design/spelled.ts';
import { pageText } from '../../../../core/workflow/diagnostics/pageText.ts';

interface TextFieldProps extends FieldProps {
  readonly field: Field;
}

/** A text in one line; what is known to fit is offered while one types. */
export function TextField({ field, label, path, value, describedBy, autoFocus }: TextFieldProps): ReactNode {
  const form = useForm();
  const { owner } = form;
  const list = useId();
  const choices = useChoices(field, form);
  const draft = useDraft(fieldKey(owner, path), typeof value === 'string' ? value : '', (text) =>
    typedValue(owner, path, text === '' && !field.isRequired ? undefined : text),
  );
  const placeholder = typeof field.default === 'string' && field.default !== '' ? `Default: ${field.default}` : '';
  const given = {
    'aria-label': label,
    'aria-describedby': describedBy,
    autoFocus,
    placeholder: pageText(placeholder),
    ...spelled(draft.value, draft.set),
    onBlur: draft.flush,
  };
  if (field.hint.isLong === true)
    return <textarea {...given} rows={3} className={`${inputLook} h-auto! resize-y py-1.5`} />;
  return (
    <>
      <input {...given} spellCheck={false} list={choices.length > 0 ? list : undefined} className={inputLook} />
      {choices.length > 0 && (
        <datalist id={list}>
          {choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
    </>
  );
}

const none: readonly string[] = [];

function useChoices({ hint }: Field, { callee }: Form): readonly string[] {
  const sources = useDocument((state) => state.current?.sources);
  switch (hint.choices) {
    case 'functions':
      return callee?.functions ?? none;
    case 'errorCodes':
      return errorCodes;
    case 'pythonFiles':
      return [...(sources?.keys() ?? [])].filter((path) => path.endsWith('.py'));
    case 'workflowFiles':
      return [...(sources?.keys() ?? [])].filter((path) => path.endsWith('.workflow.json'));
    default:
      return none;
  }
}
