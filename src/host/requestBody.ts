import type { RequestBody } from '../core/workflow/nodes/requestBody.ts';

/** What a request sends behind its headers. */
export interface SentBody {
  readonly body: string | FormData;
  /** Undefined where the body says it itself. */
  readonly contentType: string | undefined;
}

/** An input as an endpoint takes it; undefined where it is the query. */
export function sentBody(carried: RequestBody, input: unknown): SentBody | undefined {
  switch (carried) {
    case 'query':
      return undefined;
    case 'json':
      return { body: JSON.stringify(input), contentType: 'application/json' };
    case 'form': {
      const fields = new URLSearchParams();
      for (const [name, value] of fieldsOf(input)) fields.append(name, fieldText(value));
      return { body: fields.toString(), contentType: 'application/x-www-form-urlencoded' };
    }
    case 'multipart':
      return { body: multipart(input), contentType: undefined };
  }
}

/** The query of an endpoint that takes no body. */
export function addQuery(url: URL, input: unknown): void {
  for (const [name, value] of fieldsOf(input)) url.searchParams.append(name, fieldText(value));
}

/** A field with several values is sent several times. */
function fieldsOf(input: unknown): readonly (readonly [name: string, value: unknown])[] {
  if (typeof input !== 'object' || input === null) return [];
  return Object.entries(input).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as unknown[]) : [value]).map((each) => [name, each] as const),
  );
}

function fieldText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function multipart(input: unknown): FormData {
  const form = new FormData();
  for (const [name, value] of fieldsOf(input)) {
    const file = fileOf(value);
    if (file === undefined) form.append(name, fieldText(value));
    else form.append(name, file.content, file.name);
  }
  return form;
}

/** A file as inputs hold it: `{ name, type, base64 }`. */
function fileOf(value: unknown): { readonly name: string; readonly content: Blob } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, type, base64 } = value as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || typeof base64 !== 'string') return undefined;
  const content = new Blob([Buffer.from(base64, 'base64')], { type: typeof type === 'string' ? type : '' });
  return { name, content };
}
