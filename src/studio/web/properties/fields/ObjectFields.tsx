import { Plus } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';

import type { Json, JsonPath } from '../../../../core/workflow/index.ts';
import { providerNamed } from '../../../../core/workflow/modelNodes.ts';
import { Segments } from '../../design/Segments.tsx';
import { Field } from '../Field.tsx';
import { AddMenu } from '../AddMenu.tsx';
import { FormContext, useForm } from '../formContext.ts';
import { firstValue, titleOf, type Field as FieldModel } from '../model/field.ts';
import { layoutOf, type NamedField } from '../model/layout.ts';
import { writeValues } from '../owner.ts';

interface ObjectFieldsProps {
  readonly fields: ReadonlyMap<string, FieldModel>;
  readonly value: { readonly [key: string]: Json };
  readonly path: JsonPath;
  /** Keys that are shown elsewhere. */
  readonly without?: readonly string[];
  /** What stands behind the last field of a group. */
  readonly behind?: (group: string | undefined) => ReactNode;
  /** Of what else can be set only a sign is shown, in the corner of what is around it; this is what is said of it. */
  readonly adding?: string;
}

const nothing: readonly string[] = [];
const free: FieldModel = {
  shape: { kind: 'json' },
  hint: {},
  description: 'The workflow format has no such key',
  isRequired: false,
  default: undefined,
  canBeTemplate: false,
};

/** The fields of an object. One that names a provider goes by the models of that provider. */
export function ObjectFields(props: ObjectFieldsProps): ReactNode {
  const form = useForm();
  const { fields, value } = props;
  const name = fields.get('provider')?.hint.choices === 'providers' ? value['provider'] : undefined;
  const modelName = typeof value['model'] === 'string' ? value['model'] : undefined;
  const ofRoute = useMemo(() => {
    if (typeof name !== 'string' || name === '') return undefined;
    const provider = providerNamed(name);
    const model = modelName === undefined ? undefined : provider.catalog.find(modelName);
    return { ...form, provider, modelName, model };
  }, [form, name, modelName]);
  if (ofRoute === undefined) return <Fields {...props} />;
  return (
    <FormContext value={ofRoute}>
      <Fields {...props} />
    </FormContext>
  );
}

/** What is set and usual, group by group, and a way to add the others. */
function Fields({ fields, value, path, without = nothing, behind, adding }: ObjectFieldsProps): ReactNode {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const own = without.length === 0 ? fields : new Map([...fields].filter(([key]) => !without.includes(key)));
  const { groups, addable, unknown, instead } = layoutOf(own, value, opened);
  const keys = [...own.keys()];
  const close = (key: string): void => setOpened((before) => new Set([...before].filter((each) => each !== key)));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {groups.map(({ title: group, fields: shown }) => (
        <section key={group ?? ''} aria-label={group} className="flex min-w-0 flex-col gap-3">
          {group !== undefined && (
            <h3 className="border-t border-line pt-3 text-2xs font-semibold tracking-wide text-muted uppercase">
              {group}
            </h3>
          )}
          {shown.map(({ key, title, field }) => {
            const rival = instead.get(key);
            return (
              <Field
                key={key}
                field={field}
                title={title}
                path={[...path, key]}
                value={Object.hasOwn(value, key) ? value[key] : undefined}
                autoFocus={opened.has(key) && !Object.hasOwn(value, key)}
                onClose={opened.has(key) ? () => close(key) : undefined}
                heading={
                  rival === undefined ? undefined : (
                    <Alternatives
                      one={{ key, title, field }}
                      other={rival}
                      isFirst={keys.indexOf(key) > keys.indexOf(rival.key)}
                      value={value}
                      path={path}
                    />
                  )
                }
              />
            );
          })}
          {behind?.(group)}
        </section>
      ))}
      {unknown
        .filter((key) => !without.includes(key))
        .map((key) => (
          <Field key={key} field={free} title={titleOf(key)} path={[...path, key]} value={value[key]} />
        ))}
      {addable.length > 0 && (
        <AddMenu
          icon={Plus}
          title={adding ?? 'Add a setting'}
          isSmall={adding !== undefined}
          groups={addable}
          onAdd={({ key }) => setOpened((before) => new Set([...before, key]))}
        />
      )}
    </div>
  );
}

interface AlternativesProps {
  readonly one: NamedField;
  readonly other: NamedField;
  /** The one that is shown where neither is set stands first. */
  readonly isFirst: boolean;
  readonly value: { readonly [key: string]: Json };
  readonly path: JsonPath;
}

/** Two fields that take each other's place. */
function Alternatives({ one, other, isFirst, value, path }: AlternativesProps): ReactNode {
  const { owner } = useForm();
  const inOrder = isFirst ? [one, other] : [other, one];
  const take = (key: string): void => {
    if (key !== other.key) return;
    const before = Object.hasOwn(value, one.key) ? value[one.key] : undefined;
    const begins = before === undefined ? undefined : (other.field.hint.from?.(before) as Json | undefined);
    writeValues(owner, [
      { path: [...path, one.key], value: undefined },
      { path: [...path, other.key], value: begins ?? firstValue(other.field) },
    ]);
  };
  return (
    <Segments
      label={`${one.title} or ${other.title}`}
      options={inOrder.map(({ key, title }) => ({ value: key, title }))}
      value={one.key}
      onChange={take}
      isSmall
    />
  );
}
