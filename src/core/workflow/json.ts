/** A value that JSON can carry (RFC 8259). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A place inside a JSON document: the keys and indexes that lead from the root to a value. */
export type JsonPath = readonly (string | number)[];

/** What a checked config holds, which is JSON: its types are more exact than `Json` can say. */
export function asJson(value: object): Json {
  return value as unknown as Json;
}
