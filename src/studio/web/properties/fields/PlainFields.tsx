import type { KeyboardEvent, ReactNode } from 'react';

import { Segments } from '../../design/Segments.tsx';
import { inputLook, Select, Switch } from '../controls.tsx';
import { useForm, type FieldProps } from '../formContext.ts';
import { titleOf, type Field, type FieldShape } from '../model/field.ts';
import { limitsOf, numberProblem } from '../model/limits.ts';
import { fieldKey, typedValue, writeValue } from '../owner.ts';
import { useDraft } from '../useDraft.ts';

interface NumberFieldProps extends FieldProps {
  readonly field: Field;
  readonly shape: FieldShape & { kind: 'number' };
}

/** A number within the limits of its schema, of the chosen model and of the provider. */
export function NumberField({ field, shape, label, path, value, describedBy, autoFocus }: NumberFieldProps): ReactNode {
  const { owner, model, provider } = useForm();
  const limits = limitsOf(shape, field.hint, model, provider);
  const number = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));
  const written = typeof value === 'number' ? String(value) : '';
  const draft = useDraft(fieldKey(owner, path), written, (text) => {
    if (numberProblem(text, shape, limits) !== undefined) return undefined;
    return typedValue(owner, path, number(text));
  });
  const problem = numberProblem(draft.value, shape, limits);
  const step = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const unit = shape.isInteger ? 1 : 0.1;
    const next = (number(draft.value) ?? limits.least ?? 0) + (event.key === 'ArrowUp' ? unit : -unit);
    const within = Math.min(limits.most ?? next, Math.max(limits.least ?? next, next));
    draft.set(String(Number(within.toFixed(6))));
  };
  const unset = provider === undefined ? '' : 'Left to the provider';
  const placeholder = field.default === undefined ? unset : `Default: ${JSON.stringify(field.default)}`;
  return (
    <div className="flex flex-col gap-0.5">
      <div className="flex items-center gap-2">
        <input
          inputMode={shape.isInteger ? 'numeric' : 'decimal'}
          aria-label={label}
          aria-describedby={describedBy}
          aria-invalid={problem !== undefined}
          autoFocus={autoFocus}
          placeholder={placeholder}
          value={draft.value}
          className={inputLook}
          onChange={({ target }) => draft.set(target.value)}
          onKeyDown={step}
          onBlur={draft.flush}
        />
        {limits.text !== undefined && <span className="shrink-0 text-2xs text-muted">{limits.text}</span>}
      </div>
      {problem !== undefined && <p className="text-2xs text-danger">{problem}</p>}
    </div>
  );
}

interface BooleanFieldProps extends FieldProps {
  readonly field: Field;
}

/** Yes or no; while nothing is set, what counts then. */
export function BooleanField({ field, label, path, value, describedBy }: BooleanFieldProps): ReactNode {
  const { owner } = useForm();
  const counts = value === undefined ? field.default === true : value === true;
  const words = counts ? 'On' : 'Off';
  return (
    <Switch label={label} isOn={counts} describedBy={describedBy} onChange={(isOn) => writeValue(owner, path, isOn)}>
      <span className={value === undefined ? 'text-muted' : ''}>
        {value === undefined ? `${words} (default)` : words}
      </span>
    </Switch>
  );
}

interface ChoiceFieldProps extends FieldProps {
  readonly field: Field;
  readonly shape: FieldShape & { kind: 'choice' };
}

/** So many letters stand side by side in the narrowest panel. */
const segmentLetters = 20;

/** One of a few words: side by side while they are short, else in a list. */
export function ChoiceField({ field, shape, label, path, value, describedBy }: ChoiceFieldProps): ReactNode {
  const { owner, model } = useForm();
  const { allowed } = field.hint;
  const offered: readonly string[] = (allowed === undefined ? undefined : model?.[allowed]) ?? shape.values;
  const values = typeof value === 'string' && !offered.includes(value) ? [...offered, value] : offered;
  const chosen = typeof value === 'string' ? value : undefined;
  const counts = chosen ?? (typeof field.default === 'string' ? field.default : undefined);
  const isShort = values.length <= 5 && values.join('').length <= segmentLetters;
  const title = (word: string): string => (word === word.toUpperCase() ? word : titleOf(word));
  if (isShort && (counts !== undefined || field.isRequired))
    return (
      <Segments
        label={label}
        describedBy={describedBy}
        options={values.map((word) => ({ value: word, title: title(word) }))}
        value={counts}
        onChange={(word) => writeValue(owner, path, word)}
      />
    );
  return (
    <Select
      aria-label={label}
      aria-describedby={describedBy}
      value={chosen ?? ''}
      onChange={({ target }) => writeValue(owner, path, target.value === '' ? undefined : target.value)}
    >
      {!field.isRequired && (
        <option value="">
          {typeof field.default === 'string' ? `Default: ${title(field.default)}` : 'Left to the provider'}
        </option>
      )}
      {values.map((word) => (
        <option key={word} value={word}>
          {title(word)}
          {offered.includes(word) ? '' : ' (not taken by the model)'}
        </option>
      ))}
    </Select>
  );
}
