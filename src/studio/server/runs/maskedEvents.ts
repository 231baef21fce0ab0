import type { HeldSecrets } from './heldSecrets.ts';

/** An event of the service's own stream. */
export interface StreamedEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Events that bring a text in pieces, and where the piece stands. */
const piecesIn: ReadonlyMap<string, string> = new Map([
  ['token', 'text'],
  ['reasoning', 'text'],
  ['function_call_delta', 'arguments'],
]);

interface Open {
  readonly secrets: HeldSecrets;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
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
    const field = piecesIn.get(event);
    const given = data as Readonly<Record<string, unknown>> | null;
    const piece = field === undefined ? undefined : given?.[field];
    if (field === undefined || given === null || typeof piece !== 'string')
      return [...this.end(given?.['node']), { event, data: event === 'partial' ? this.#cutBeginnings(data) : data }];
    const key = JSON.stringify([event, given['node'], given['id']]);
    const before = this.#open.get(key)?.secrets ?? this.#holdSecrets();
    this.#open.set(key, { secrets: before, event, data: given });
    const text = before.take(piece);
    return text === '' && piece !== '' ? [] : [{ event, data: { ...given, [field]: text } }];
  }

  /** What was held back of a node's texts, or of all, when none of these goes on. */
  end(node?: unknown): readonly StreamedEvent[] {
    const events: StreamedEvent[] = [];
    for (const [key, { secrets, event, data }] of this.#open) {
      if (node !== undefined && data['node'] !== node) continue;
      this.#open.delete(key);
      const text = secrets.end();
      if (text !== '') events.push({ event, data: { ...data, [piecesIn.get(event) ?? '']: text } });
    }
    return events;
  }
}
