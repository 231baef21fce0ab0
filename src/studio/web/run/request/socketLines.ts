import type { Json } from '../../../../core/workflow/index.ts';

/** JavaScript, for a browser's console or Node.js from 22 on, that starts a run over a service's WebSocket and shows what it says. */
export function socketLines(serviceUrl: string, path: string, input: Json): string {
  const address = `${serviceUrl.replace(/^http/, 'ws')}${path}`;
  return `const socket = new WebSocket(${JSON.stringify(address)});
socket.onopen = () => socket.send(JSON.stringify(${JSON.stringify({ type: 'run', id: '1', input })}));
socket.onmessage = ({ data }) => console.log(data);
`;
}
