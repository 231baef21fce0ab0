import type { ReactNode } from 'react';

import type { ModelServerState } from '../../protocol/index.ts';
import { Prose } from './Prose.tsx';
import { SimulatorSettings } from './SimulatorSettings.tsx';

interface AnswererDetailsProps {
  readonly title: string;
  readonly server: ModelServerState;
}

/** What the menu of who answers says: in a sentence, the keys, and the simulated providers' settings. */
export function AnswererDetails({ title, server }: AnswererDetailsProps): ReactNode {
  return (
    <>
      <div>
        <h2 className="text-sm font-semibold">{title}</h2>
        <p className="mt-1 text-muted">
          <Prose text={server.notice} />
        </p>
      </div>
      <Secrets secrets={server.secrets} />
      {server.kind === 'simulated' && <SimulatorSettings />}
    </>
  );
}

function Secrets({ secrets }: { readonly secrets: Readonly<Record<string, boolean>> }): ReactNode {
  const names = Object.keys(secrets).toSorted();
  if (names.length === 0) return null;
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-x-3 gap-y-1 rounded-control bg-sunken p-2">
      {names.map((name) => (
        <div key={name} className="contents">
          <dt className="truncate font-mono text-2xs leading-5">{name}</dt>
          <dd className={secrets[name] ? 'text-success' : 'text-muted'}>{secrets[name] ? 'set' : 'not set'}</dd>
        </div>
      ))}
    </dl>
  );
}
