import { useStore } from '@xyflow/react';
import { Map as MapIcon, Maximize, Minus, Plus, Sparkles } from 'lucide-react';
import type { ReactNode } from 'react';

import { runCommand, useCommands } from '../commands/registry.ts';
import { IconButton } from '../design/Button.tsx';
import { isMapShown, useCanvas } from './canvasStore.ts';
import { useFlow } from './flowStore.ts';

/** How near one looks at the canvas. */
export function CanvasControls(): ReactNode {
  const percent = useStore(({ transform }) => Math.round(transform[2] * 100));
  const isMinimapOpen = useCanvas((state) => state.isMinimapOpen);
  const nodes = useFlow((state) => state.nodes.length);
  return (
    <div
      role="group"
      aria-label="View of the canvas"
      className="absolute bottom-3 left-3 z-10 flex items-center rounded-card border border-line bg-raised p-0.5 shadow-raised"
    >
      <Control id="zoom-out" icon={Minus} />
      <button
        type="button"
        className="h-8 w-12 rounded-control text-center text-2xs text-muted tabular-nums hover:bg-sunken hover:text-ink"
        aria-label={`${percent} %: zoom to 100 %`}
        onClick={() => runCommand('zoom-reset')}
      >
        {percent} %
      </button>
      <Control id="zoom-in" icon={Plus} />
      <Control id="fit" icon={Maximize} />
      <Control id="tidy-up" icon={Sparkles} />
      <Control id="minimap" icon={MapIcon} isPressed={isMapShown(isMinimapOpen, nodes)} />
    </div>
  );
}

interface ControlProps {
  readonly id: string;
  readonly icon: typeof Plus;
  readonly isPressed?: boolean;
}

function Control({ id, icon, isPressed }: ControlProps): ReactNode {
  const command = useCommands((state) => state.commands.get(id));
  if (command === undefined) return null;
  const keys = command.keys?.[0];
  return (
    <IconButton
      icon={icon}
      label={command.title}
      {...(keys !== undefined && { keys })}
      {...(isPressed !== undefined && { 'aria-pressed': isPressed })}
      onClick={() => runCommand(id)}
    />
  );
}
