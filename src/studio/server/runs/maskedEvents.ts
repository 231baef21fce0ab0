import * as z from 'zod';

import type { HeldSecrets } from './heldSecrets.ts';

/** An event of the service's own stream. */
export interface StreamedEvent {
  readonly event: string;
  readonly data: unknown;
}

type Data = Readonly<Record<string, unknown>>;

/** Where an event brings a piece of a text. */
interface Piece {
  readonly of: (data: Data) => unknown;
  readonly withText: (data: Data, text: string) => Data;
}

function member(name: string): Piece {
  return { of: (data) => data[name], withText: (data, text) => ({ ...data, [name]: text }) };
}

/** A chunk of Chat Completions: https://developers.openai.com/api/reference/resources/chat */
const chunk = z.looseObject({
  choices: z.tuple([z.looseObject({ delta: z.looseObject({ content: z.string() }) })], z.unknown()),
});
const ofChunk: Piece = {
  of: (data) => chunk.safeParse(data).data?.choices[0].delta.content,
  withText: (data, text) => {
    const read = chunk.parse(data);
    const [first, ...others] = read.choices;
    return { ...read, choices: [{ ...first, delta: { ...first.delta, content: text } }, ...others] };
  },
};

/** Events that bring a text in pieces. An event without a name is of another API. */
const piecesIn: ReadonlyMap<string, Piece> = new Map([
  ['token', member('text')],
  ['reasoning', member('text')],
  ['function_call_delta', member('arguments')],
  ['message', ofChunk],
]);

interface Open {
  readonly secrets: HeldSecrets;
  readonly event: string;
  readonly data: Data;
}

/** Hides secrets in events that bring texts in pieces; others pass. Each text of a node is one of its own. */
export class MaskedEvents {
  readonly #holdSecrets: () => HeldSecrets;
  readonly #cutBeginnings: (value: unknown) => unknown;
  readonly #open = new Map<string, Open>();

  /** @param cutBeginnings takes from the ends of texts what could be a secret's beginning */
  constructor(holdSecrets: () => HeldSecrets, cutBeginnings: (value: unknown) => unknown) {
    this.#holdSecrets = holdSecrets;
    this.#cutBeginnings = cutBeginnings;
  }

  /** What is told of an event: it, or none or several where a text is held back or goes on. */
  take(event: string, data: unknown): readonly StreamedEvent[] {
    const place = piecesIn.get(event);
    const given = data as Data | null;
    const piece = given === null ? undefined : place?.of(given);
    if (place === undefined || given === null || typeof piece !== 'string')
      return [...this.end(given?.['node']), { event, data: event === 'partial' ? this.#cutBeginnings(data) : data }];
    const key = JSON.stringify([event, given['node'], given['id']]);
    const before = this.#open.get(key)?.secrets ?? this.#holdSecrets();
    this.#open.set(key, { secrets: before, event, data: given });
    const text = before.take(piece);
    return text === '' && piece !== '' ? [] : [{ event, data: place.withText(given, text) }];
  }

  /** What was held back of a node's texts, or of all, when none of these goes on. */
  end(node?: unknown): readonly StreamedEvent[] {
    const events: StreamedEvent[] = [];
    for (const [key, { secrets, event, data }] of this.#open) {
      if (node !== undefined && data['node'] !== node) continue;
      this.#open.delete(key);
      const text = secrets.end();
      const place = piecesIn.get(event);
      if (text !== '' && place !== undefined) events.push({ event, data: place.withText(data, text) });
    }
    return events;
  }
}
