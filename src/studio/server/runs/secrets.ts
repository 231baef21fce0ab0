import { HeldSecrets } from './heldSecrets.ts';
import { MaskedEvents } from './maskedEvents.ts';

const hidden = '•••';
const shortest = 8;
const secretName = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;

/** Hides secrets in what leaves for the page or the database. */
export interface Mask {
  text(text: string): string;
  /** A JSON value. */
  json<Value>(value: Value): Value;
  bytes(bytes: Uint8Array): Uint8Array;
  /** Events of one stream, whose texts come in pieces. */
  events(): MaskedEvents;
  /** False where there is nothing to hide. */
  readonly isNeeded: boolean;
}

/** Hides the values of variables whose names look like those of secrets. */
export function maskOf(env: Readonly<Record<string, string | undefined>>): Mask {
  const secrets = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && value.length >= shortest && secretName.test(name) ? [value] : [],
  );
  const longestFirst = [...new Set(secrets)].toSorted((a, b) => b.length - a.length);
  const holdSecrets = (): HeldSecrets => new HeldSecrets(longestFirst, hidden);
  // What a text ends with that may be a secret's beginning is held back for ever.
  const cutBeginning = (given: string): string => holdSecrets().take(given);
  const events = (): MaskedEvents => new MaskedEvents(holdSecrets, (value) => masked(value, cutBeginning));
  if (secrets.length === 0)
    return { text: (text) => text, json: (value) => value, bytes: (bytes) => bytes, events, isNeeded: false };
  const text = (given: string): string => {
    let shown = given;
    for (const secret of longestFirst) shown = shown.replaceAll(secret, hidden);
    return shown;
  };
  return {
    text,
    json: (value) => masked(value, text) as typeof value,
    events,
    isNeeded: true,
    bytes: (bytes) => {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return longestFirst.some((secret) => buffer.includes(secret))
        ? Buffer.from(text(buffer.toString('utf8')))
        : bytes;
    },
  };
}

function masked(value: unknown, text: (given: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => masked(item, text));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), masked(item, text)]));
}
