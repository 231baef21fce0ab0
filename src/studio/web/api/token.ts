const key = 'catalyst-token';

let known: string | undefined;

/**
 * The token of this launch: it comes in the address' fragment, which no server and no log sees, and is taken out of the address as
 * soon as the first request is on its way. A reload finds it in the tab's own storage.
 */
export function launchToken(): string | undefined {
  known ??= new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined;
  if (known === undefined) return (known = sessionStorage.getItem(key) ?? undefined);
  // A browser may take long to open its storage, and what follows waits for that.
  setTimeout(keepToken, 0, known);
  return known;
}

function keepToken(token: string): void {
  sessionStorage.setItem(key, token);
  const fragment = new URLSearchParams(location.hash.slice(1));
  if (!fragment.has('token')) return;
  fragment.delete('token');
  // Which file is to be opened may stand beside it.
  history.replaceState(null, '', fragment.size === 0 ? location.pathname : `#${fragment}`);
}

/** The path of the file that the address names; empty when it names none. */
export function addressedFile(): string {
  return new URLSearchParams(location.hash.slice(1)).get('file') ?? '';
}
