import type { Json } from '../../../workflow/json.ts';
import type { RequestBody } from '../../../workflow/nodes/requestBody.ts';

/** What curl is told so that it sends an input as a body: options and their values. A file is taken from where curl runs. */
export function curlBody(carried: RequestBody, input: Readonly<Record<string, Json>>): readonly string[] {
  const texts = Object.entries(input).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each: Json) => [name, each] as const),
  );
  switch (carried) {
    case 'query':
      return [];
    case 'json':
      return ['--json', JSON.stringify(input)];
    case 'form':
      return texts.flatMap(([name, value]) => ['--data-urlencode', `${name}=${asText(value)}`]);
    case 'multipart':
      return texts.flatMap(([name, value]) =>
        isFile(value)
          ? ['--form', `${name}=@${name};type=${asText(value['type'] ?? '')}`]
          : ['--form-string', `${name}=${asText(value)}`],
      );
  }
}

function isFile(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
