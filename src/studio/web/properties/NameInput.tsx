import { useState, type ReactNode } from 'react';

import { inputLook } from './controls.tsx';
import { spelled } from '../design/spelled.ts';

interface NameInputProps {
  readonly label: string;
  readonly onDone: (name: string) => void;
}

/** Asks for a name: Enter takes it, Escape leaves it. */
export function NameInput({ label, onDone }: NameInputProps): ReactNode {
  const [name, setName] = useState('');
  return (
    <input
      aria-label={label}
      autoFocus
      placeholder="Name"
      spellCheck={false}
      {...spelled(name, setName)}
      className={`${inputLook} font-mono text-xs`}
      onBlur={() => onDone(name.trim())}
      onKeyDown={({ key }) => {
        if (key === 'Enter') onDone(name.trim());
        if (key === 'Escape') onDone('');
      }}
    />
  );
}
