import type { JsonPath } from '../../json.ts';
import { target, typesOf, type JsonSchema } from '../../jsonSchema.ts';
import type { StrictProblem } from '../../strictSchema.ts';
import type { Strictness } from '../provider.ts';
import { sentSchema } from '../../sentSchema.ts';

/**
 * What the API limits over all strict schemas of a request.
 * Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs
 */
export const heldLimits = { optional: 24, alternatives: 16 } as const;

/**
 * How Claude is held to a schema: objects are closed as it goes out, and limits that the API does not take stand in the
 * descriptions then, so that little is a problem here. What is left makes the API refuse the request.
 */
export const heldToSchemas: Strictness = {
  problems: heldProblems,
  sent: sentSchema,
};

type Report = (path: JsonPath, message: string) => void;

interface Counts {
  optional: number;
  alternatives: number;
}

/** What keeps the API from holding a model to a schema, in the order it stands there. */
function heldProblems(schema: JsonSchema): readonly StrictProblem[] {
  const problems: StrictProblem[] = [];
  const report: Report = (path, message) => {
    problems.push({ path, message, mending: undefined });
  };
  const counts: Counts = { optional: 0, alternatives: 0 };
  visit(schema, [], [schema], report, counts);
  if (counts.optional > heldLimits.optional)
    report([], `it has ${counts.optional} optional properties, and at most ${heldLimits.optional} are taken`);
  if (counts.alternatives > heldLimits.alternatives)
    report(
      [],
      `it has ${counts.alternatives} properties with alternatives, and at most ${heldLimits.alternatives} are taken`,
    );
  return problems;
}

/** @param around the schemas that this one stands in, references followed */
function visit(
  schema: JsonSchema,
  path: JsonPath,
  around: readonly JsonSchema[],
  report: Report,
  counts: Counts | undefined,
): void {
  const leadsTo = schema[target];
  if (leadsTo !== undefined) {
    const here: Report = (_, message) => {
      report([...path, '$ref'], message);
    };
    if (around.includes(leadsTo)) here([], 'it refers to itself');
    // Behind a reference the API counts nothing.
    else visit(leadsTo, path, [...around, leadsTo], here, undefined);
    return;
  }
  const others = schema.additionalProperties;
  if (typeof others === 'object' || (others === true && schema.properties === undefined))
    report([...path, 'additionalProperties'], 'its keys are not fixed');
  else if (typesOf(schema).includes('object') && schema.properties === undefined && schema.allOf === undefined)
    report(path, 'its keys are not fixed');
  if (schema.not !== undefined) report([...path, 'not'], '`not` is not permitted');
  if (/\(\?<?[=!]|\\b|\\\d/.test(schema.pattern ?? ''))
    report([...path, 'pattern'], 'the pattern looks around, refers back or asks for word boundaries');
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (counts !== undefined && !(schema.required ?? []).includes(name)) counts.optional += 1;
    if (counts !== undefined && (property.anyOf ?? property.oneOf ?? typesOfMany(property)) !== undefined)
      counts.alternatives += 1;
    visit(property, [...path, 'properties', name], around, report, counts);
  }
  if (schema.items !== undefined) visit(schema.items, [...path, 'items'], around, report, counts);
  for (const word of ['anyOf', 'oneOf', 'allOf'] as const)
    for (const [index, option] of (schema[word] ?? []).entries())
      visit(option, [...path, word, index], around, report, counts);
}

function typesOfMany({ type }: JsonSchema): readonly string[] | undefined {
  return Array.isArray(type) && type.length > 1 ? type : undefined;
}
