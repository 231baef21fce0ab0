import type { ReactNode } from 'react';

import { registry, type NodeDefinition } from '../../../../core/workflow/index.ts';
import { compatibleProvider, serverName } from '../../../../core/workflow/models/compatible/compatible.ts';
import type { Provider } from '../../../../core/workflow/models/provider.ts';
import { useForm, type FieldProps } from '../formContext.ts';
import { writeValue } from '../owner.ts';
import { Chooser } from './Chooser.tsx';

/** Which server answers: one that is known, with where it is and how it wants its key, or one of a name of one's own. */
export function ServerField({ label, path, value, describedBy }: FieldProps): ReactNode {
  const { owner, node, provider } = useForm();
  const definition: NodeDefinition | undefined = node?.known && registry[node.known];
  const servers = definition?.furtherProviders ?? [];
  return (
    <Chooser
      label={label}
      value={typeof value === 'string' ? value : ''}
      describedBy={describedBy}
      line={
        provider !== undefined && (
          <span className="block truncate text-2xs text-muted">
            {placeOf(provider)} · {keyOf(provider)}
          </span>
        )
      }
      entries={servers.map((server) => ({
        value: server.id,
        cells: (
          <>
            <span className="truncate">{server.name}</span>
            <span className="truncate font-mono text-2xs text-muted">{placeOf(server)}</span>
            <span className="truncate text-2xs text-muted">{keyOf(server)}</span>
          </>
        ),
      }))}
      columns="grid grid-cols-[7rem_minmax(0,1fr)_11rem] items-center gap-2"
      head={
        <>
          <span>Server</span>
          <span>Address</span>
          <span>Key</span>
        </>
      }
      placeholder="Find a server, or type a name of your own"
      other={(typed) =>
        serverName.test(typed)
          ? `Use “${typed}”, whose address is in ${compatibleProvider(typed).variables.baseUrl}`
          : undefined
      }
      onChoose={(chosen) => writeValue(owner, path, chosen)}
    />
  );
}

function placeOf({ address, variables }: Provider): string {
  return address ?? `$${variables.baseUrl}`;
}

function keyOf({ isKeyless, variables }: Provider): string {
  return isKeyless === true ? 'no key needed' : variables.key;
}
