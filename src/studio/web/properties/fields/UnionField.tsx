import type { ReactNode } from 'react';

import { Segments, Select } from '../controls.tsx';
import { Editor } from '../Editor.tsx';
import { useForm, type FieldProps } from '../formContext.ts';
import { firstValue, optionFor, type Field, type FieldShape } from '../model/field.ts';
import { writeValue } from '../owner.ts';

interface UnionFieldProps extends FieldProps {
  readonly field: Field;
  readonly shape: FieldShape & { kind: 'union' };
}

const segmentLetters = 34;

/** A choice between forms, and the form that is chosen. */
export function UnionField({ field, shape: { options }, value, ...rest }: UnionFieldProps): ReactNode {
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
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      {isShort ? (
        <Segments
          label={kind}
          options={titles.map((title) => ({ value: title, title }))}
          value={chosen?.title}
          onChange={choose}
        />
      ) : (
        <Select aria-label={kind} value={chosen?.title ?? ''} onChange={({ target }) => choose(target.value)}>
          {!field.isRequired && <option value="">Not set</option>}
          {titles.map((title) => (
            <option key={title}>{title}</option>
          ))}
        </Select>
      )}
      {chosen !== undefined && value !== undefined && <Editor {...rest} field={chosen.field} value={value} />}
    </div>
  );
}
