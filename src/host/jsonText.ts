import type * as z from 'zod';

type Json = z.core.util.JSONType;

/** What a text says as JSON; undefined where it is none. */
export function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** What a text says as JSON; the text itself where it is none. */
export function jsonOrText(text: string): Json {
  const value = jsonOf(text);
  return value === undefined ? text : value;
}
