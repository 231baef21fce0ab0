import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';

import type { Json } from '../../../core/workflow/index.ts';

/** What a text says as JSON, or where it first is none. */
export type ReadJson =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly message: string; readonly start: number; readonly end: number };

const messages: Readonly<Record<string, string>> = {
  PropertyNameExpected: 'A key in double quotes is expected.',
  ValueExpected: 'A value is expected.',
  ColonExpected: 'A colon is expected between key and value.',
  CommaExpected: 'A comma is expected.',
  CloseBraceExpected: 'A } is missing.',
  CloseBracketExpected: 'A ] is missing.',
  EndOfFileExpected: 'Nothing may follow here.',
  UnexpectedEndOfString: 'The text is not closed by a double quote.',
  InvalidSymbol: 'This is no JSON: text stands in double quotes.',
  InvalidCommentToken: 'JSON has no comments.',
};

export function readJsonText(text: string): ReadJson {
  try {
    return { ok: true, value: JSON.parse(text) as Json };
  } catch {
    const errors: ParseError[] = [];
    parse(text, errors, { disallowComments: true });
    const [first] = errors;
    const { offset: start, length } = first ?? { offset: 0, length: 0 };
    const name = first === undefined ? '' : printParseErrorCode(first.error);
    const end = Math.min(text.length, start + Math.max(1, length));
    return { ok: false, message: messages[name] ?? 'This is no JSON.', start: Math.min(start, end), end };
  }
}
