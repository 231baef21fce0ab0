const key = 'catalyst-token';

/**
 * The token of this launch: it comes in the address' fragment, which no server and no log sees, and is taken out of the address at
 * once. A reload finds it in the tab's own storage.
 */
export function launchToken(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    sessionStorage.setItem(key, given);
    history.replaceState(null, '', location.pathname);
  }
  return given ?? sessionStorage.getItem(key) ?? undefined;
}
