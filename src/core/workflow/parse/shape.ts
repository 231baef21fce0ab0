import type * as z from 'zod';

import type { Reporter } from '../diagnostics/report.ts';
import type { Json, JsonPath } from '../json.ts';
import { jsonTypeNames, type JsonTypeName } from '../jsonSchema.ts';
import { jsonSchemaSchema } from '../jsonSchemaShape.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import { suggest } from '../suggest.ts';
import { nodeTypes, workflowSchema } from '../types.ts';
import { remove } from '../validate/fixes.ts';
import { describePath, describeValue, describeWanted } from './describe.ts';
import { keysOf, schemasAt } from './schemaAt.ts';

export type ShapeIssue = z.core.$ZodIssue;

/** Says in our own words what zod found. */
export function reportShape(reporter: Reporter, issues: readonly ShapeIssue[], root: Json): void {
  for (const issue of issues) reportIssue(reporter, issue, [], root);
}

function reportIssue(reporter: Reporter, issue: ShapeIssue, base: JsonPath, root: Json): void {
  const path = [...base, ...(issue.path as JsonPath)];
  switch (issue.code) {
    case 'unrecognized_keys':
      for (const key of issue.keys) reportUnknownKey(reporter, path, key, root);
      return;
    case 'invalid_union':
      reportUnion(reporter, issue, path, root);
      return;
    case 'invalid_value':
      reportValue(reporter, path, issue.values.map(String), root);
      return;
    case 'too_small':
      reportRange(reporter, path, atLeast(issue), root);
      return;
    case 'too_big':
      reportRange(reporter, path, `be at most ${issue.maximum}`, root);
      return;
    case 'invalid_type':
      reportType(reporter, path, [issue.expected], root);
      return;
    default:
      reportType(reporter, path, [], root);
  }
}

function reportRange(reporter: Reporter, path: JsonPath, rule: string, root: Json): void {
  reporter.report('out-of-range', { name: describePath(path, root), rule, meaning: meaningOf(path, root) }, { path });
}

function atLeast(issue: z.core.$ZodIssueTooSmall): string {
  if (issue.origin === 'array') return issue.minimum === 1 ? 'not be empty' : `have at least ${issue.minimum} items`;
  return issue.inclusive === false ? `be more than ${issue.minimum}` : `be at least ${issue.minimum}`;
}

function reportUnknownKey(reporter: Reporter, path: JsonPath, key: string, root: Json): void {
  const place = { path: [...path, key], at: 'key' } as const;
  const known = [...keysOf(schemasAt(workflowSchema, path, root)).keys()];
  const elsewhere =
    path.at(-1) === 'config' ? nodeTypes.filter((type) => keysOf([registry[type].configSchema]).has(key)) : [];
  const suggestion = elsewhere.length > 0 ? undefined : suggest(key, known);
  const renamed =
    suggestion === undefined || reporter.source.has([...path, suggestion])
      ? undefined
      : { title: `Rename it to \`${suggestion}\``, edits: [reporter.source.renameKey(place.path, suggestion)] };
  // What another provider takes, this one does not.
  const isOfProvider = elsewhere.some((type) => (registry[type] as NodeDefinition).callsAt !== undefined);
  const fix = isOfProvider ? remove(reporter, place.path, `Remove \`${key}\``) : renamed;
  reporter.report('unknown-key', { key, owner: describePath(path, root), known, elsewhere }, place, {
    suggestion,
    fixes: [fix],
  });
}

function reportUnion(reporter: Reporter, issue: z.core.$ZodIssueInvalidUnion, path: JsonPath, root: Json): void {
  const discriminator = 'discriminator' in issue ? issue.discriminator : undefined;
  if (typeof discriminator === 'string') {
    reportNodeType(reporter, path, root);
    return;
  }
  const options = issue.errors as readonly (readonly ShapeIssue[])[];
  // An option whose type is right is the one that was meant; what is wrong inside of it is the news.
  const value = valueAt(root, path);
  const meant = options.filter((issues) => !issues.some((inner) => wantedInstead(inner, value).length > 0));
  const [closest] = meant.toSorted((a, b) => a.length - b.length);
  if (closest !== undefined) {
    for (const inner of closest) reportIssue(reporter, inner, path, root);
    return;
  }
  const expected = options.flatMap((issues) => issues.flatMap((inner) => wantedInstead(inner, value)));
  reportType(reporter, path, [...new Set(expected)], root);
}

/** The types that an option of a union takes, when it does not take the value because of its type. */
function wantedInstead(issue: ShapeIssue, value: Json | undefined): readonly string[] {
  if (issue.path.length > 0) return [];
  if (issue.code === 'invalid_type') return [issue.expected];
  if (issue.code !== 'invalid_value' || issue.values.some((each) => typeof each === typeof value)) return [];
  return issue.values.map((each) => typeof each);
}

function reportNodeType(reporter: Reporter, path: JsonPath, root: Json): void {
  const typePath = path.at(-1) === 'type' ? path : [...path, 'type'];
  const type = valueAt(root, typePath);
  if (type === undefined) {
    reporter.report(
      'missing-key',
      { key: 'type', owner: describePath(typePath.slice(0, -1), root), meaning: `One of ${nodeTypes.join(', ')}` },
      { path: typePath.slice(0, -1) },
    );
    return;
  }
  if (typeof type !== 'string') {
    reportType(reporter, typePath, ['string'], root);
    return;
  }
  const suggestion = suggest(type, nodeTypes);
  const fix =
    suggestion === undefined
      ? undefined
      : {
          title: `Change it to \`${suggestion}\``,
          edits: [reporter.source.replaceValue(typePath, JSON.stringify(suggestion))],
        };
  reporter.report('unknown-node-type', { type, known: nodeTypes }, { path: typePath }, { suggestion, fixes: [fix] });
}

function reportValue(reporter: Reporter, path: JsonPath, allowed: readonly string[], root: Json): void {
  const value = valueAt(root, path);
  if (value === undefined) {
    reportMissing(reporter, path, root);
    return;
  }
  if (
    path.includes('type') &&
    allowed.join() === jsonTypeNames.join() &&
    reportForeignType(reporter, path, value, root)
  )
    return;
  if (path.length === 1 && path[0] === 'version') {
    const fix = { title: 'Write version 1', edits: [reporter.source.replaceValue(path, '1')] };
    reporter.report('unsupported-version', { found: JSON.stringify(value) }, { path }, { fixes: [fix] });
    return;
  }
  const suggestion = typeof value === 'string' ? suggest(value, allowed) : undefined;
  const fix =
    suggestion === undefined
      ? undefined
      : {
          title: `Change it to \`${suggestion}\``,
          edits: [reporter.source.replaceValue(path, JSON.stringify(suggestion))],
        };
  reporter.report('invalid-value', { name: describePath(path, root), allowed }, { path }, { suggestion, fixes: [fix] });
}

/** A type by the name that another language has for it. @returns false when none is known by that name */
function reportForeignType(reporter: Reporter, path: JsonPath, value: Json, root: Json): boolean {
  const name = typeof value === 'string' ? value.toLowerCase() : '';
  const type = foreignTypes.get(name);
  if (type === undefined) return false;
  const params = { name: describePath(path, root), allowed: jsonTypeNames };
  const edits = [
    type === 'any' ? reporter.source.remove(path) : reporter.source.replaceValue(path, JSON.stringify(type)),
  ].filter((edit) => edit !== undefined);
  const title = type === 'any' ? 'Leave the type out, which allows any value' : `Change it to \`${type}\``;
  const suggestion = type === 'any' ? undefined : type;
  reporter.report(
    'invalid-value',
    params,
    { path },
    { suggestion, fixes: edits.length === 0 ? [] : [{ title, edits }] },
  );
  return true;
}

/** What Python, JavaScript, Java and databases call the types of JSON. */
const foreignTypes: ReadonlyMap<string, JsonTypeName | 'any'> = new Map(
  (
    [
      ['string', 'str text char varchar uuid date time datetime bytes'],
      ['number', 'float double decimal numeric real complex'],
      ['integer', 'int long short byte bigint int32 int64 uint'],
      ['boolean', 'bool'],
      ['object', 'dict dictionary map hashmap hashtable record struct json mapping'],
      ['array', 'list tuple set arraylist vector sequence'],
      ['null', 'none nil undefined void nonetype'],
      ['any', 'any unknown mixed'],
    ] as const
  ).flatMap(([type, names]) => names.split(' ').map((name) => [name, type] as const)),
);

function reportType(reporter: Reporter, path: JsonPath, expected: readonly string[], root: Json): void {
  const value = valueAt(root, path);
  if (value === undefined) {
    reportMissing(reporter, path, root);
    return;
  }
  if (path.at(-1) === 'items' && Array.isArray(value) && isInSchema(path, root)) {
    const edits = [reporter.source.renameKey(path, 'prefixItems')];
    const fixes = [{ title: 'Write `prefixItems`', edits }];
    const alternative = 'Write `prefixItems` for the first items, and `items` for all others.';
    reporter.report('unsupported-schema-keyword', { keyword: 'items', alternative }, { path, at: 'key' }, { fixes });
    return;
  }
  const wanted = describeWanted(expected);
  const params = { name: describePath(path, root), expected: wanted, found: describeValue(value) };
  const converted = convert(value, expected);
  const fix =
    converted === undefined
      ? undefined
      : { title: `Write ${converted}`, edits: [reporter.source.replaceValue(path, converted)] };
  reporter.report('wrong-type', params, { path }, { fixes: [fix] });
}

/** A number or truth value in quotes, without them. */
function convert(value: Json, expected: readonly string[]): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  if (expected.includes('boolean') && (value === 'true' || value === 'false')) return value;
  const isNumber = Number.isFinite(Number(value)) && JSON.stringify(Number(value)) === value;
  const fits = expected.includes('number') || (expected.includes('int') && Number.isInteger(Number(value)));
  return isNumber && fits ? value : undefined;
}

function reportMissing(reporter: Reporter, path: JsonPath, root: Json): void {
  const key = String(path.at(-1));
  const owner = path.slice(0, -1);
  reporter.report(
    'missing-key',
    { key, owner: describePath(owner, root), meaning: meaningOf(path, root) },
    { path: owner },
  );
}

/** What the schema says of a key. */
function meaningOf(path: JsonPath, root: Json): string | undefined {
  return schemasAt(workflowSchema, path, root).find((schema) => schema.description !== undefined)?.description;
}

/** Whether a path leads into a JSON Schema. */
function isInSchema(path: JsonPath, root: Json): boolean {
  return schemasAt(workflowSchema, path.slice(0, -1), root).includes(jsonSchemaSchema);
}

function valueAt(root: Json, path: JsonPath): Json | undefined {
  let value: unknown = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value as Json | undefined;
}
