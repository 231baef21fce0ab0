import { useId, type ReactNode } from 'react';

import type { Simulator } from '../../protocol/index.ts';
import { ask } from '../api/client.ts';
import { useStudio } from '../api/studioStore.ts';
import { FaultChooser } from './FaultChooser.tsx';
import { field } from '../design/fields.ts';
import { attempt } from './runStore.ts';

const speeds = [
  { title: 'Like a model', firstTokenMs: 150, tokensPerSecond: 40 },
  { title: 'At once', firstTokenMs: 0, tokensPerSecond: 5_000 },
  { title: 'Slow', firstTokenMs: 3_000, tokensPerSecond: 8 },
] as const;

async function set(simulator: Simulator): Promise<void> {
  const { studio } = useStudio.getState();
  if (studio === undefined) return;
  useStudio.setState({ studio: { ...studio, simulator } });
  if (!(await attempt(async () => ask('setSimulator', simulator)))) useStudio.setState({ studio });
}

/** How fast the simulated providers are, and what goes wrong with them. */
export function SimulatorSettings(): ReactNode {
  const simulator = useStudio((state) => state.studio?.simulator);
  const faults = useStudio((state) => state.studio?.faults) ?? [];
  const id = useId();
  if (simulator === undefined) return null;
  const { fault, firstTokenMs, tokensPerSecond } = simulator;
  const speed = speeds.findIndex(
    (each) => each.firstTokenMs === firstTokenMs && each.tokensPerSecond === tokensPerSecond,
  );
  return (
    <>
      <fieldset className="flex flex-col gap-2 border-t border-line pt-3">
        <legend className="sr-only">Speed</legend>
        <label className="flex items-center justify-between gap-2" htmlFor={`${id}-speed`}>
          <span className="font-medium">Speed</span>
          <select
            id={`${id}-speed`}
            className={`${field} w-40`}
            value={speed === -1 ? 'own' : speed}
            onChange={({ target }) => {
              const preset = speeds[Number(target.value)];
              if (preset === undefined) return;
              const { title: _title, ...pace } = preset;
              void set({ ...simulator, ...pace });
            }}
          >
            {speeds.map(({ title }, index) => (
              <option key={title} value={index}>
                {title}
              </option>
            ))}
            {speed === -1 && <option value="own">As below</option>}
          </select>
        </label>
        <Amount
          label="First token after (ms)"
          value={firstTokenMs}
          least={0}
          most={60_000}
          onChange={(value) => void set({ ...simulator, firstTokenMs: value })}
        />
        <Amount
          label="Tokens per second"
          value={tokensPerSecond}
          least={1}
          most={100_000}
          onChange={(value) => void set({ ...simulator, tokensPerSecond: value })}
        />
      </fieldset>
      {(faults.length > 0 || fault !== undefined) && (
        <FaultChooser
          faults={faults}
          chosen={fault}
          onChoose={(name) => {
            const { fault: _before, ...rest } = simulator;
            void set(name === undefined ? rest : { ...rest, fault: name });
          }}
        />
      )}
    </>
  );
}

interface AmountProps {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
}

function Amount({ label, value, least, most, onChange }: AmountProps): ReactNode {
  const take = (input: HTMLInputElement): void => {
    if (input.value !== '' && input.validity.valid && input.valueAsNumber !== value) onChange(input.valueAsNumber);
  };
  return (
    <label className="flex items-center justify-between gap-2">
      <span className="text-muted">{label}</span>
      <input
        key={value}
        type="number"
        className={`${field} w-24 text-right`}
        defaultValue={value}
        min={least}
        max={most}
        onBlur={({ currentTarget }) => take(currentTarget)}
        onKeyDown={({ key, currentTarget }) => key === 'Enter' && take(currentTarget)}
      />
    </label>
  );
}
