import { suggest } from '../suggest.ts';
import type { CommonFacts, Listing, ModelFacts } from './facts.ts';
import type { Standing } from './standing.ts';

/** A chat model of a provider. */
export type Model = Listed<ModelFacts>;

/** What is known of a model, and of its life. */
export type Listed<Facts> = Facts & Lifecycle;

export interface Lifecycle {
  readonly name: string;
  /** `unavailable`: the provider has or had the name, but serves no such model. */
  readonly status: 'current' | 'retiring' | 'retired' | 'unavailable';
  /** The last day, as an ISO date, of a model that is retired or will be. */
  readonly shutdownDate: string | null;
  /** The current model that comes closest, for one that is not. */
  readonly replacement: string | null;
}

/** What a provider's models are, and how it names them. */
export interface CatalogFacts<Facts = ModelFacts> {
  /** The day as of which they say what is retired; an ISO date. */
  readonly asOf: string;
  /** Every model that the provider offers or has offered, the newest first. */
  readonly listings: readonly Listing<Facts>[];
  /** A name of this form is the provider's own, so that one that is not listed is misspelt. */
  readonly ownNames: RegExp;
  /** The end of a name that tells snapshots of one model apart. */
  readonly snapshotEnding: RegExp;
  /** How models stand beside others, by their listed names. */
  readonly standings?: Readonly<Record<string, Standing>>;
  /** How to read a name that is not listed as it is. */
  readonly read: (name: string) => NameReading;
}

export interface NameReading {
  /** The listed name that it stands for, when there is one. */
  readonly base: string;
  /** A tuned model has prices of its own, which are not known. */
  readonly isTuned: boolean;
}

/** The models of one provider, by their names. */
export class ModelCatalog<Facts extends CommonFacts = ModelFacts> {
  readonly asOf: string;
  readonly models: readonly Listed<Facts>[];
  readonly #byName: ReadonlyMap<string, Listed<Facts>>;
  readonly #facts: CatalogFacts<Facts>;

  constructor(facts: CatalogFacts<Facts>) {
    this.asOf = facts.asOf;
    this.models = facts.listings.flatMap((listing) => modelsOf(listing, facts));
    this.#byName = new Map(this.models.map((model) => [model.name, model]));
    this.#facts = facts;
  }

  /** What is known of a model, also under a name that stands for a listed one, or that of a later snapshot. */
  find(name: string): Listed<Facts> | undefined {
    const exact = this.#byName.get(name);
    if (exact !== undefined) return exact;
    const { base, isTuned } = this.#facts.read(name);
    const model = this.#byName.get(base) ?? this.#byName.get(this.undated(base));
    return model === undefined || !isTuned
      ? model
      : { ...model, prices: null, sources: { ...model.sources, prices: null } };
  }

  /** The model that can be called and was probably meant by a misspelt name. */
  suggest(name: string): string | undefined {
    const offered = this.models.filter(({ status }) => status === 'current' || status === 'retiring');
    return suggest(
      name,
      offered.map((known) => known.name),
    );
  }

  /** Whether a name looks like one of the provider's own. */
  isOwnName(name: string): boolean {
    return this.#facts.ownNames.test(name);
  }

  /** The name that all snapshots of a model share. */
  undated(name: string): string {
    return name.replace(this.#facts.snapshotEnding, '');
  }
}

function modelsOf<Facts>(
  { names, facts, ends, unavailable }: Listing<Facts>,
  { asOf, standings = {}, snapshotEnding }: CatalogFacts<Facts>,
): readonly Listed<Facts>[] {
  const shutdownDate = ends?.on ?? null;
  const replacement = ends?.replacement ?? unavailable?.replacement ?? null;
  const ending = shutdownDate === null ? 'current' : shutdownDate > asOf ? 'retiring' : 'retired';
  const status = unavailable === undefined ? ending : 'unavailable';
  const standingOf = (name: string) => standings[name] ?? standings[name.replace(snapshotEnding, '')];
  return names.map((name) => ({ name, status, shutdownDate, replacement, ...facts, ...standingOf(name) }));
}
