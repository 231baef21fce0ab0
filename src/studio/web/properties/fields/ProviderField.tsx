import type { ReactNode } from 'react';
import { nodeIcons } from 'virtual:node-icons';

import { modelInstead, providerChoices } from '../../../../core/workflow/edits/index.ts';
import { compatibleProvider, serverName } from '../../../../core/workflow/models/compatible/compatible.ts';
import { registry } from '../../../../core/workflow/nodes/registry.ts';
import { useForm, type FieldProps } from '../formContext.ts';
import { writeValues } from '../owner.ts';
import { Chooser } from './Chooser.tsx';

/** Who serves the model of a route: a provider, or a server by its name. A model that they do not have makes way for one of theirs. */
export function ProviderField({ label, path, value, describedBy }: FieldProps): ReactNode {
  const { owner, provider, modelName } = useForm();
  const name = typeof value === 'string' ? value : '';
  const choose = (chosen: string): void => {
    const model = modelInstead(chosen, modelName ?? '');
    writeValues(owner, [
      { path, value: chosen },
      ...(model === modelName ? [] : [{ path: [...path.slice(0, -1), 'model'], value: model }]),
    ]);
  };
  return (
    <Chooser
      label={label}
      value={name}
      describedBy={describedBy}
      line={
        provider !== undefined && (
          <span className="block truncate text-2xs text-muted">
            {provider.name} · {provider.isKeyless === true ? 'no key needed' : provider.variables.key}
          </span>
        )
      }
      entries={providerChoices.map(({ id, name: full, type, server }) => {
        const Icon = nodeIcons[registry[type].icon];
        return {
          value: id,
          cells: (
            <>
              <span className="flex min-w-0 items-center gap-2">
                {Icon !== undefined && <Icon size={14} aria-hidden />}
                <span className="truncate">{full}</span>
              </span>
              <span className="truncate font-mono text-2xs text-muted">{id}</span>
              <span className="truncate text-2xs text-muted">
                {server === undefined ? 'a provider' : 'speaks Chat Completions'}
              </span>
            </>
          ),
        };
      })}
      columns="grid grid-cols-[minmax(0,1fr)_9rem_11rem] items-center gap-2"
      placeholder="Find a provider, or type the name of a server of your own"
      other={(typed) =>
        serverName.test(typed)
          ? `Use “${typed}”, whose address is in ${compatibleProvider(typed).variables.baseUrl}`
          : undefined
      }
      onChoose={choose}
    />
  );
}
