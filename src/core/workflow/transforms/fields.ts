import { isRecord, MissingValue, Unknown, ValueError, type Value, type ValueRecord } from '../expressions/values.ts';

export interface FieldEdits {
  readonly rename: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
  readonly set: ValueRecord;
}

/**
 * An object with fields renamed, left out and set, in this order, as the generated service does.
 * @throws ValueError where it is no object
 * @throws MissingValue where a field that is renamed is not there
 */
export function editedFields(value: Value, { rename, remove, set }: FieldEdits): Value {
  if (value instanceof Unknown) return value;
  if (!isRecord(value)) throw new ValueError('Fields of an object are edited.');
  const names = new Map(Object.entries(rename));
  for (const old of names.keys())
    if (!Object.hasOwn(value, old)) throw new MissingValue(`There is no field ${old} to rename.`);
  const replaced = new Set(names.values());
  const renamed = Object.entries(value)
    .filter(([key]) => names.has(key) || !replaced.has(key))
    .map(([key, field]): [string, Value] => [names.get(key) ?? key, field]);
  const left = renamed.filter(([key]) => !remove.includes(key));
  return { ...Object.fromEntries(left), ...set };
}
