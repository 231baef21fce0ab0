import type { Diagnostic, Json, JsonPath } from '../../../../core/workflow/index.ts';
import { isList, isRecord, isTemplate, optionFor, type Field } from './field.ts';

/** Findings by the place in the form at which they are shown; see `placeKey`. */
export type PlacedFindings = ReadonlyMap<string, readonly Diagnostic[]>;

export function placeKey(path: JsonPath): string {
  return path.join('\u0000');
}

/**
 * Finds for each finding the nearest field that a form shows.
 * @param root where the value of the field stands in the file; findings elsewhere are left out
 */
export function placeFindings(
  field: Field,
  value: Json | undefined,
  root: JsonPath,
  diagnostics: readonly Diagnostic[],
): PlacedFindings {
  const placed = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const { path } = diagnostic;
    if (path.length < root.length || root.some((key, index) => path[index] !== key)) continue;
    const key = placeKey([...root, ...shownPart(field, value, path.slice(root.length))]);
    const there = placed.get(key);
    if (there === undefined) placed.set(key, [diagnostic]);
    else there.push(diagnostic);
  }
  return placed;
}

/** As much of a path as leads through fields of their own. */
function shownPart(field: Field, value: Json | undefined, path: JsonPath): JsonPath {
  const [key, ...rest] = path;
  if (key === undefined) return [];
  const inner = fieldUnder(field, value, key);
  const innerValue = valueUnder(value, key);
  return inner === undefined ? [] : [key, ...shownPart(inner, innerValue, rest)];
}

function fieldUnder({ shape, canBeTemplate }: Field, value: Json | undefined, key: string | number): Field | undefined {
  if (canBeTemplate && isTemplate(value)) return undefined;
  switch (shape.kind) {
    case 'object':
      return shape.fields.get(String(key));
    case 'record':
      return isRecord(value) && Object.hasOwn(value, key) ? shape.value : undefined;
    case 'list':
      return typeof key === 'number' ? shape.item : undefined;
    case 'union': {
      const option = value === undefined ? undefined : optionFor(shape.options, value);
      return option && fieldUnder(option.field, value, key);
    }
    default:
      return undefined;
  }
}

function valueUnder(value: Json | undefined, key: string | number): Json | undefined {
  if (isList(value)) return typeof key === 'number' ? value[key] : undefined;
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
