import { Braces, RotateCcw, X } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';

import type { Json, JsonPath } from '../../../core/workflow/index.ts';
import { IconButton } from '../design/Button.tsx';
import { About } from './controls.tsx';
import { ValueEditor } from './ValueEditor.tsx';
import { FindingList } from './FindingList.tsx';
import { useFieldFindings, useForm } from './formContext.ts';
import { firstValue, fits, isTemplate, type Field as FieldModel } from './model/field.ts';
import { useRested } from './useRested.ts';
import { whyNotTaken } from './model/limits.ts';
import { writeValue } from './owner.ts';
import { UnionChoice } from './UnionChoice.tsx';

interface FieldProps {
  readonly field: FieldModel;
  readonly title: string;
  readonly path: JsonPath;
  readonly value: Json | undefined;
  readonly autoFocus?: boolean | undefined;
  /** Takes it off the form, where it was put there and is not set. */
  readonly onClose?: (() => void) | undefined;
  /** Stands in place of the title. */
  readonly heading?: ReactNode;
}

/** A named value of a form: its title, what it means, its editor, what was found there. */
export function Field({ field, title, path, value, autoFocus, onClose, heading }: FieldProps): ReactNode {
  const { owner, model } = useForm();
  const refusal = whyNotTaken(field.hint, model);
  const id = useId();
  const findings = useRested(useFieldFindings(path));
  const [wantsTemplate, setWantsTemplate] = useState(false);
  const isExpression = field.canBeTemplate && (isTemplate(value) || (wantsTemplate && typeof value !== 'number'));
  const canReset = value !== undefined && !field.isRequired;
  const toggle = (): void => {
    setWantsTemplate(!isExpression);
    if (isExpression) writeValue(owner, path, field.isRequired ? firstValue(field) : undefined);
    else if (value !== undefined) writeValue(owner, path, `{{ ${typeof value === 'number' ? value : ''} }}`);
  };
  return (
    <div className="group/field flex min-w-0 flex-col gap-1">
      <div className="flex min-h-6 flex-wrap items-center gap-x-0.5 gap-y-1">
        {heading ?? <span className="truncate text-xs font-medium text-ink">{title}</span>}
        {field.description !== undefined && <About text={field.description} />}
        {field.shape.kind === 'union' && !isExpression && fits(field, value) && (
          <UnionChoice field={field} shape={field.shape} label={title} path={path} value={value} />
        )}
        <span className="grow" />
        {canReset ? (
          <IconButton
            icon={field.hint.isPrimary === true ? RotateCcw : X}
            label={field.default === undefined ? `Remove ${title}` : `Back to the default: ${shortJson(field.default)}`}
            className="size-6 opacity-0 group-focus-within/field:opacity-100 group-hover/field:opacity-100 focus-visible:opacity-100"
            onClick={() => {
              setWantsTemplate(false);
              writeValue(owner, path, undefined);
              onClose?.();
            }}
          />
        ) : (
          onClose !== undefined && (
            <IconButton icon={X} label={`Leave ${title} out`} className="size-6" onClick={onClose} />
          )
        )}
        {field.canBeTemplate && (
          <IconButton
            icon={Braces}
            label={isExpression ? 'A plain value' : 'An expression'}
            aria-pressed={isExpression}
            className={`size-6 ${isExpression ? 'bg-accent-soft text-accent' : ''}`}
            onClick={toggle}
          />
        )}
      </div>
      <ValueEditor
        field={field}
        label={title}
        path={path}
        value={value}
        isExpression={isExpression}
        describedBy={findings.length > 0 ? id : undefined}
        autoFocus={autoFocus}
      />
      {refusal !== undefined && <p className="text-2xs text-muted">{refusal}</p>}
      <FindingList id={id} findings={findings} />
    </div>
  );
}

export function shortJson(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
