import { memberOf, type JsonSchema, type Member } from './jsonSchema.ts';

/** The names that lead to a field of an object, as in `customer.city`. */
export function fieldsOf(path: string): readonly string[] {
  return path.split('.');
}

/** What lies at the end of a path of fields; as `memberOf`. */
export function memberAtPath(given: JsonSchema, path: string, defaultsFill = true): Member | 'unknown' | undefined {
  let found: Member = { schema: given, certain: true };
  for (const field of fieldsOf(path)) {
    const member = memberOf(found.schema, field, defaultsFill);
    if (member === undefined || member === 'unknown') return member;
    found = { schema: member.schema, certain: found.certain && member.certain };
  }
  return found;
}
