import { formGroups } from '../../../../core/workflow/formHints.ts';
import type { Json } from '../../../../core/workflow/json.ts';
import { titleOf, type Field } from './field.ts';

export interface NamedField {
  readonly key: string;
  readonly title: string;
  readonly field: Field;
}

/** A heading and what stands under it. */
export interface FieldGroup {
  readonly title: string | undefined;
  readonly fields: readonly NamedField[];
}

export interface FormLayout {
  /** What is shown, group by group; the first has no heading. */
  readonly groups: readonly FieldGroup[];
  /** What can be added, group by group. */
  readonly addable: readonly FieldGroup[];
  /** Keys that stand there and that the schema does not know. */
  readonly unknown: readonly string[];
  /** By each shown key, the fields that can take its place. */
  readonly instead: ReadonlyMap<string, NamedField>;
}

/**
 * What of an object's fields a form shows: what is set, what is needed, what is usual; all else can be added.
 * @param opened keys that someone chose to add and that are not set yet
 */
export function layoutOf(
  fields: ReadonlyMap<string, Field>,
  value: { readonly [key: string]: Json },
  opened: ReadonlySet<string>,
): FormLayout {
  const named = [...fields].map(([key, field]): NamedField => ({
    key,
    field,
    title: field.hint.title ?? titleOf(key),
  }));
  const isSet = (key: string): boolean => Object.hasOwn(value, key);
  const isAsked = ({ key }: NamedField): boolean => isSet(key) || opened.has(key);
  const rivals = new Map(
    named.flatMap((one) => {
      const other = named.find(({ key }) => key === one.field.hint.insteadOf);
      return other === undefined ? [] : [[one.key, other] as const];
    }),
  );
  const isShown = (one: NamedField): boolean => {
    if (isAsked(one)) return true;
    const rival = rivals.get(one.key);
    if (rival === undefined) return one.field.isRequired || one.field.hint.isPrimary === true;
    // Of two that take each other's place, the one that is set is shown; the second where neither is.
    return one.field.hint.isPrimary === true && !isAsked(rival) && named.indexOf(one) > named.indexOf(rival);
  };
  const visible = named.filter(
    (one) => one.field.shape.kind !== 'constant' && (isSet(one.key) || isMeant(one, fields, value)),
  );
  const shown = visible.filter(isShown);
  const primary = shown.filter(({ field }) => field.isRequired || field.hint.isPrimary === true);
  const extra = shown.filter((one) => !primary.includes(one));
  const hidden = visible.filter((one) => !shown.includes(one) && !isRivalOf(shown, rivals, one));
  return {
    groups: [{ title: undefined, fields: primary }, ...grouped(extra)].filter((group) => group.fields.length > 0),
    addable: grouped(hidden),
    unknown: Object.keys(value).filter((key) => !fields.has(key)),
    instead: new Map(
      shown.flatMap(({ key }) => {
        const rival = rivals.get(key);
        return rival === undefined || shown.includes(rival) ? [] : [[key, rival] as const];
      }),
    ),
  };
}

/** Whether a field means something with what the others are set to. */
function isMeant(
  { field: { hint } }: NamedField,
  fields: ReadonlyMap<string, Field>,
  value: { readonly [key: string]: Json },
): boolean {
  if (hint.only === undefined) return true;
  const { key, of } = hint.only;
  const other = Object.hasOwn(value, key) ? value[key] : fields.get(key)?.default;
  return typeof other === 'string' && of.includes(other);
}

function isRivalOf(shown: readonly NamedField[], rivals: ReadonlyMap<string, NamedField>, one: NamedField): boolean {
  return shown.some(({ key }) => rivals.get(key) === one);
}

function grouped(fields: readonly NamedField[]): readonly FieldGroup[] {
  const titles: readonly (string | undefined)[] = [undefined, ...formGroups];
  return titles
    .map((title) => ({ title, fields: fields.filter(({ field }) => field.hint.group === title) }))
    .filter((group) => group.fields.length > 0);
}
