import type { ReactNode } from 'react';

import { Segments } from '../design/Segments.tsx';
import { Select } from './controls.tsx';
import { useForm, type FieldProps } from './formContext.ts';
import { firstValue, optionFor, type Field, type FieldShape } from './model/field.ts';
import { writeValue } from './owner.ts';

interface UnionChoiceProps extends FieldProps {
  readonly field: Field;
  readonly shape: FieldShape & { kind: 'union' };
}

const segmentLetters = 34;

/** The choice between several forms. */
export function UnionChoice({ field, shape: { options }, value, ...rest }: UnionChoiceProps): ReactNode {
  const { owner } = useForm();
  const counts = value ?? field.default;
  const chosen = counts === undefined ? undefined : optionFor(options, counts);
  const choose = (title: string): void => {
    const option = options.find((each) => each.title === title);
    writeValue(owner, rest.path, option && firstValue(option.field));
  };
  const titles = options.map(({ title }) => title);
  const isShort = titles.join('').length <= segmentLetters && (field.isRequired || counts !== undefined);
  const kind = `Kind of ${rest.label}`;
  if (isShort)
    return (
      <Segments
        label={kind}
        options={titles.map((title) => ({ value: title, title }))}
        value={chosen?.title}
        onChange={choose}
        isSmall
      />
    );
  return (
    <Select
      aria-label={kind}
      className="h-7! w-auto! text-xs!"
      value={chosen?.title ?? ''}
      onChange={({ target }) => choose(target.value)}
    >
      {!field.isRequired && <option value="">Not set</option>}
      {titles.map((title) => (
        <option key={title}>{title}</option>
      ))}
    </Select>
  );
}
