import { KeyRound, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { Button } from '../../design/Button.tsx';
import { Dialog } from '../../design/Dialog.tsx';
import { attempt } from '../../run/runStore.ts';
import { ServiceForm } from './ServiceForm.tsx';
import { forgetService, useServices } from './serviceStore.ts';

interface ServicesDialogProps {
  /** The address of the one that is to get another token. */
  readonly changed: string | undefined;
  readonly onClose: () => void;
}

/** The services whose runs can be looked at: another one, another token, one less. */
export function ServicesDialog({ changed: first, onClose }: ServicesDialogProps): ReactNode {
  const services = useServices((state) => state.services) ?? [];
  const [changed, setChanged] = useState(first);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Services"
      description="Running services whose durable runs the history shows. The Studio asks them, not this page."
    >
      <ul className="mb-4 flex flex-col gap-1">
        {services.map(({ id, address, hasToken }) => (
          <li key={id} className="flex items-center gap-1 text-xs">
            <span className="min-w-0 grow truncate">{address}</span>
            <span className="shrink-0 text-2xs text-muted">{hasToken ? 'with a token' : 'no token'}</span>
            <Button look="quiet" icon={KeyRound} onClick={() => setChanged(address)}>
              Token
            </Button>
            <Button
              look="quiet"
              icon={Trash2}
              onClick={() => {
                setChanged(undefined);
                void attempt(async () => forgetService(id));
              }}
            >
              Forget
            </Button>
          </li>
        ))}
      </ul>
      <h3 className="mb-2 text-xs font-semibold">{changed === undefined ? 'Another service' : 'Another token'}</h3>
      <ServiceForm key={changed ?? ''} address={changed} onDone={onClose} />
    </Dialog>
  );
}
