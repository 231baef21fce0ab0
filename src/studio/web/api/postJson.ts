/** Sends JSON to the server, with the token of its launch. */
export async function postJson(
  path: string,
  body: unknown,
  token: string | undefined,
  options: RequestInit = {},
): Promise<Response> {
  return fetch(path, {
    ...options,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token ?? ''}` },
    body: JSON.stringify(body),
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
  });
}
