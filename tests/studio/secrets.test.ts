import { expect, test } from 'vitest';

import { maskOf } from '../../src/studio/server/runs/secrets.ts';
import { maskedWire } from '../../src/studio/server/runs/recorder/maskedWire.ts';
import { answerFor, readAnswer, saidFor } from '../../src/studio/server/runs/wire/index.ts';
import { pick, randomNumbers } from '../workflow/expressions/random.ts';

const key = 'sk-proj-abcdefgh';
const longer = `${key}-and-more`;
const repeating = 'aabaabaab';
const mask = maskOf({ A_KEY: key, B_TOKEN: longer, C_SECRET: repeating, PLAIN: 'nothing of the kind' });

/** What is told of a text that comes in these pieces, event by event. */
function told(pieces: readonly string[], event = 'token', field = 'text'): readonly string[] {
  const events = mask.events();
  const all = [...pieces.flatMap((piece) => events.take(event, { node: 'n', [field]: piece })), ...events.end()];
  return all.map(({ data }) => (data as Record<string, string>)[field] ?? '');
}

function isStart(more: string): boolean {
  return more.length <= 3 && [key, longer, repeating].some((secret) => secret.startsWith(more));
}

test('a text that comes in pieces is masked as the whole would be', () => {
  const random = randomNumbers(7);
  const parts = [key, longer, repeating, key.slice(0, 9), 'aab', 'sk-', ' plain words ', 'aabaab', 'é😀', '\n'];
  for (let round = 0; round < 3_000; round += 1) {
    const text = Array.from({ length: 6 }, () => pick(random, parts)).join('');
    const pieces: string[] = [];
    for (let at = 0; at < text.length;) {
      const size = 1 + Math.floor(random() * 6);
      pieces.push(text.slice(at, at + size));
      at += size;
    }
    const shown = told(pieces).join('');
    for (const secret of [key, longer, repeating]) expect(shown, text).not.toContain(secret);
    const [between, wanted] = [shown.split('•••'), mask.text(text).split('•••')];
    expect(between.length, JSON.stringify(pieces)).toBe(wanted.length);
    for (const [index, part] of wanted.entries()) {
      // Of a secret that comes in pieces no more is seen than plain words begin with.
      const more = between[index]?.slice(part.length) ?? '';
      const isLast = index === wanted.length - 1;
      expect(between[index]?.startsWith(part) && (isLast ? more === '' : isStart(more)), JSON.stringify(pieces)).toBe(
        true,
      );
    }
  }
});

test('only what could be a secret waits', () => {
  expect(told(['The s', 'ky i', 's', ' sk', 'y'])).toEqual(['The s', 'ky i', 's', ' sk', 'y']);
  expect(told(['key: sk-p', 'roj-abc', 'defgh', '.'])).toEqual(['key: ', '•••.']);
  expect(told(['key: sk-p', 'lain', ' text'])).toEqual(['key: ', 'sk-plain', ' text']);
  expect(told(['it ends with sk-proj-'])).toEqual(['it ends with ', 'sk-proj-']);
  expect(told(['{"k":"sk-pro', 'j-abcdefgh"}'], 'function_call_delta', 'arguments')).toEqual(['{"k":"', '•••"}']);
});

test('texts of several nodes are apart, and what a node holds comes before its end is told', () => {
  const events = mask.events();
  const take = (event: string, data: object): readonly unknown[] => events.take(event, data).map((each) => each.data);
  expect(take('token', { node: 'a', text: 'sk-pro' })).toEqual([]);
  expect(take('token', { node: 'b', text: 'j-abcdefgh' })).toEqual([{ node: 'b', text: 'j-abcdefgh' }]);
  expect(take('usage', { node: 'b' })).toEqual([{ node: 'b' }]);
  expect(take('usage', { node: 'a' })).toEqual([{ node: 'a', text: 'sk-pro' }, { node: 'a' }]);
  expect(take('partial', { node: 'a', value: { k: ['x sk-proj-abc'] } })).toEqual([
    { node: 'a', value: { k: ['x '] } },
  ]);
});

test.each(['/v1/chat/completions', '/v1/responses', '/v1/messages'])(
  'an answer of %s that holds a secret in pieces is kept without it',
  (path) => {
    const request = { path, body: { model: 'm', stream: true } };
    const said = saidFor(`my key is ${key}, and so on`);
    const pieces = (answerFor(said, request)?.pieces ?? []).map((piece, atMs) => ({ atMs, bytes: Buffer.from(piece) }));
    const wire = { status: 200, headers: {}, pieces, isComplete: true };
    const textOf = (kept: typeof wire.pieces): string => Buffer.concat(kept.map(({ bytes }) => bytes)).toString();
    // In the Responses API the last event repeats the whole.
    const kept = maskedWire(wire, request, mask);
    expect(readAnswer(path, 200, Buffer.concat(kept.pieces.map(({ bytes }) => bytes)).toString())).toMatchObject({
      content: 'my key is •••, and so on',
    });
    expect(textOf(pieces)).not.toContain('•••');
    const broken = { ...wire, pieces: pieces.slice(0, -2), isComplete: false };
    expect(maskedWire(broken, request, mask)).toMatchObject({ pieces: [], isComplete: false });
    const plain = answerFor(saidFor('nothing of it'), request)?.pieces ?? [];
    const others = { ...wire, pieces: plain.map((piece, atMs) => ({ atMs, bytes: Buffer.from(piece) })) };
    expect(maskedWire(others, request, mask)).toEqual(others);
  },
);
