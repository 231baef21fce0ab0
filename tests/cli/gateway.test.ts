import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, createServer as createConnectionServer, type AddressInfo, type Server } from 'node:net';
import { brotliCompressSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';

import { openGateway, type RequestReport } from '../../src/cli/gateway.ts';

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A gateway before a service, and a second server on this machine that nobody may reach through it. */
async function gatewayBefore(answer: RequestListener) {
  const served: string[] = [];
  const strayed: string[] = [];
  const reports: RequestReport[] = [];
  const keep = (list: string[]) => (incoming: IncomingMessage) => void list.push(incoming.url ?? '');
  const service = createServer(answer).on('request', keep(served));
  const other = createServer((_incoming, outgoing) => void outgoing.end('other')).on('request', keep(strayed));
  const [port, otherPort] = [await listening(service), await listening(other)];
  const gateway = await openGateway(0, (report) => void reports.push(report));
  onTestFinished(async () => gateway.close());
  gateway.setTarget(`http://127.0.0.1:${port}`);
  return { url: new URL(gateway.url), otherPort, served, strayed, reports };
}

/** Sends bytes as they are and gives the first line of what comes back; empty where the connection is closed without an answer. */
async function exchange(port: string, request: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(request, 'latin1'));
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('data', (bytes) => (text += bytes.toString('latin1')));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''));
  });
}

const host = 'Host: 127.0.0.1\r\nConnection: close\r\n';

test('a target that could be read as the address of another server is refused, and the next request is served', async () => {
  const { url, otherPort, served, strayed } = await gatewayBefore((_incoming, outgoing) => void outgoing.end('here'));
  const there = `127.0.0.1:${otherPort}`;
  const targets = [
    `//${there}/x`,
    `/\\${there}/x`,
    `/\\/${there}/x`,
    `\\\\${there}/x`,
    `///${there}/x`,
    `http://${there}/x`,
    `HTTP://${there}/x`,
    `http:${there}/x`,
    `http:/${there}/x`,
    `https://${there}/x`,
    `http://user@${there}/x`,
    `file:///etc/hostname`,
    `data:,x`,
    there,
    `@${there}/x`,
    '//',
    '/\\',
    '//a:99999/',
    'https://x/',
    'http://[::1/',
    'http://%/',
    '*',
    'x',
    '?x',
    '#x',
  ];
  for (const target of targets) {
    for (const method of ['GET', 'OPTIONS', 'POST']) {
      const [status, next] = await Promise.all([
        exchange(url.port, `${method} ${target} HTTP/1.1\r\n${host}Cookie: a=b\r\n\r\n`),
        exchange(url.port, `GET /next HTTP/1.1\r\n${host}\r\n`),
      ]);
      expect([target, status]).toEqual([target, 'HTTP/1.1 400 Bad Request']);
      expect(next).toBe('HTTP/1.1 200 OK');
    }
  }
  expect(strayed).toEqual([]);
  expect(new Set(served)).toEqual(new Set(['/next']));
});

test('a path is passed on as it was sent, to the service alone', async () => {
  const { url, otherPort, served, strayed } = await gatewayBefore((_incoming, outgoing) => void outgoing.end());
  const paths = [
    '/',
    '/chat?x=//a&y=http://b/',
    `/%2F${otherPort}`,
    `/%5C%5C127.0.0.1:${otherPort}/x`,
    '/%00%0d%0a%zz%',
    '/../../x',
    '/./a//b',
    `/@127.0.0.1:${otherPort}/`,
    `/:${otherPort}`,
    '/;a=b',
  ];
  for (const path of paths) await exchange(url.port, `GET ${path} HTTP/1.1\r\n${host}\r\n`);
  expect(served).toEqual(paths);
  expect(strayed).toEqual([]);
});

test('no request ends the process', async () => {
  const { url, otherPort, strayed } = await gatewayBefore((_incoming, outgoing) => void outgoing.end('here'));
  const requests = [
    `CONNECT 127.0.0.1:${otherPort} HTTP/1.1\r\n${host}\r\n`,
    `GET /a\tb HTTP/1.1\r\n${host}\r\n`,
    `GET\t/a HTTP/1.1\r\n${host}\r\n`,
    `GET /\x00 HTTP/1.1\r\n${host}\r\n`,
    `GET /\xe9\x80 HTTP/1.1\r\n${host}\r\n`,
    `GET /a HTTP/1.1\r\n${host}X: \x01\x7f\r\n\r\n`,
    `GET /a HTTP/1.1\r\n${host}Upgrade: websocket\r\nConnection: upgrade\r\n\r\n`,
    `GET /a HTTP/1.1\r\n${host}Expect: much\r\n\r\n`,
    `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: gzip\r\n\r\n`,
    `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    `POST /a HTTP/1.1\r\n${host}Content-Length: 9\r\n\r\nab`,
    `POST /a HTTP/1.1\r\n${host}Content-Length: 2\r\nTrailer: x\r\n\r\nab`,
    `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
    `GET / HTTP/0.9\r\n\r\n`,
    `GET ${'/a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`,
    '\x16\x03\x01\x02\x00\x01',
  ];
  await Promise.all(requests.map(async (request) => exchange(url.port, request)));
  expect(await exchange(url.port, `GET /next HTTP/1.1\r\n${host}\r\n`)).toBe('HTTP/1.1 200 OK');
  expect(strayed).toEqual([]);
});

test('an answer that is no text arrives byte by byte', async () => {
  const packed = brotliCompressSync('Hei! '.repeat(1000));
  const { url } = await gatewayBefore((_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-encoding': 'br', 'content-length': packed.length });
    outgoing.end(packed);
  });
  expect(await (await fetch(url)).text()).toBe('Hei! '.repeat(1000));
});

test('an answer to a body that the service does not want arrives, and the next request is served', async () => {
  const answer = 'HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 9\r\n\r\ntoo large';
  const service = createConnectionServer({ allowHalfOpen: true }, (socket) => {
    socket.once('data', () => socket.end(answer)).resume();
  });
  const gateway = await openGateway(0, () => {});
  onTestFinished(async () => gateway.close());
  gateway.setTarget(`http://127.0.0.1:${await listening(service)}`);
  const { port } = new URL(gateway.url);
  for (let round = 0; round < 5; round += 1) {
    expect(await posted(port, 8_000_000)).toBe('HTTP/1.1 413 Payload Too Large');
    expect(await exchange(port, `GET /next HTTP/1.1\r\n${host}\r\n`)).toBe('HTTP/1.1 413 Payload Too Large');
  }
});

/** The first line of the answer to a body of so many bytes, all of which is sent before anything is read. */
async function posted(port: string, bytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1').on('error', reject).pause();
    socket.write(`POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${bytes}\r\n\r\n`);
    socket.write(Buffer.alloc(bytes, ' '), () => socket.resume());
    socket.once('data', (data) => {
      resolve(data.toString().split('\r\n')[0] ?? '');
      socket.destroy();
    });
  });
}
