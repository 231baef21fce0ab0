import { Eye } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { TemplateEditor } from '../../editors/TemplateEditor.tsx';
import { IconButton } from '../../design/Button.tsx';
import { useForm, type FieldProps } from '../formContext.ts';
import { isTemplate } from '../model/field.ts';
import { fieldKey, typedValue } from '../owner.ts';
import { Preview } from '../Preview.tsx';
import { useDraft } from '../useDraft.ts';
import { useKnownValues } from '../useKnownValues.ts';
import { useTextFindings } from '../useTextFindings.ts';

interface TemplateFieldProps extends FieldProps {
  readonly isLong: boolean;
  readonly placeholder?: string;
}

/** A text with expressions, and what it will be when they are filled in. */
export function TemplateField({
  isLong,
  label,
  path,
  value,
  describedBy,
  autoFocus,
  placeholder,
}: TemplateFieldProps): ReactNode {
  const { owner } = useForm();
  const [showsPreview, setShowsPreview] = useState(false);
  const values = useKnownValues();
  const findings = useTextFindings(path);
  const draft = useDraft(fieldKey(owner, path), typeof value === 'string' ? value : '', (text) =>
    typedValue(owner, path, text),
  );
  const hasPreview = isLong || isTemplate(draft.value);
  return (
    <div className={`relative flex min-w-0 flex-col ${hasPreview ? 'has-preview' : ''}`}>
      <TemplateEditor
        label={label}
        text={draft.value}
        onChange={draft.set}
        node={owner.kind === 'workflow' ? '' : owner.id}
        field={path[0] === 'config' ? String(path[1]) : undefined}
        values={values}
        isLong={isLong}
        findings={findings}
        describedBy={describedBy}
        autoFocus={autoFocus}
        placeholder={placeholder}
      />
      {hasPreview && (
        <IconButton
          icon={Eye}
          label={showsPreview ? 'Hide the preview' : 'What will be sent'}
          aria-pressed={showsPreview}
          className={`absolute top-1 right-1 size-6 ${showsPreview ? 'bg-accent-soft text-accent' : ''}`}
          onClick={() => setShowsPreview(!showsPreview)}
        />
      )}
      {hasPreview && showsPreview && <Preview text={draft.value} values={values} isSample={values.isSample} />}
    </div>
  );
}
