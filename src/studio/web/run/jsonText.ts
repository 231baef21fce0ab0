import type { Json } from '../../../core/workflow/index.ts';

/** A text as JSON, or where it stops being so. */
export function jsonOrWhy(text: string): { readonly value: Json } | { readonly why: string } {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { why: `This is no JSON yet: ${error instanceof Error ? error.message : String(error)}` };
  }
}
