import { useState, type FormEvent, type ReactNode } from 'react';

import { useAsking } from '../../api/useAsking.ts';
import { Button } from '../../design/Button.tsx';
import { Labelled } from '../../design/Labelled.tsx';
import { field } from '../../design/fields.ts';
import { addService } from './serviceStore.ts';

interface ServiceFormProps {
  /** The service that is given another token. */
  readonly address?: string | undefined;
  readonly onDone?: () => void;
}

/** Names a service that runs: where it is, and the token that it asks for. */
export function ServiceForm({ address: known, onDone = () => undefined }: ServiceFormProps): ReactNode {
  const [address, setAddress] = useState(known ?? '');
  const [token, setToken] = useState('');
  const { isBusy, why, attempt } = useAsking();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const isAdded = await attempt(async () => {
      await addService(address, token.trim());
      setToken('');
    });
    if (isAdded) onDone();
  };
  return (
    <form className="flex w-full flex-col gap-2 text-left text-xs text-ink" onSubmit={(event) => void submit(event)}>
      <Labelled title="Address">
        <input
          className={field}
          placeholder="http://127.0.0.1:8000"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          readOnly={known !== undefined}
          value={address}
          onChange={({ target }) => setAddress(target.value)}
        />
      </Labelled>
      <Labelled title="Token">
        <input
          type="password"
          className={field}
          placeholder="its RUNS_TOKEN, which lists all runs"
          autoComplete="off"
          value={token}
          onChange={({ target }) => setToken(target.value)}
        />
      </Labelled>
      <p className="text-2xs text-muted">
        {isOpenToAll(address)
          ? 'Over http:// everybody on the way can read the token: use https:// where the service is not on this machine or net.'
          : 'The token is kept on this machine in a file that only you can read. It goes to this address and to no other.'}
      </p>
      <div className="flex items-center gap-2">
        <Button type="submit" look="primary" disabled={address.trim() === '' || isBusy}>
          {known === undefined ? 'Show its runs' : 'Change the token'}
        </Button>
        <p role="alert" className="min-w-0 text-danger wrap-anywhere">
          {why}
        </p>
      </div>
    </form>
  );
}

/** Whether an address without TLS leads out of this machine and its net. */
function isOpenToAll(typed: string): boolean {
  const url = URL.parse(typed.trim());
  if (url?.protocol !== 'http:') return false;
  const own = /^(localhost|.*\.(localhost|local|internal)|127\..*|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*)$/;
  return !own.test(url.hostname) && !url.hostname.startsWith('[') && url.hostname.includes('.');
}
