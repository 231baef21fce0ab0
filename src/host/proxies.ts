/** What a service is told so that no proxy of its environment is asked for what runs on this machine. */
export function withoutProxyHere(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const others = env['no_proxy'] ?? env['NO_PROXY'];
  const all = others ? `${others},127.0.0.1` : '127.0.0.1';
  return { NO_PROXY: all, no_proxy: all };
}
