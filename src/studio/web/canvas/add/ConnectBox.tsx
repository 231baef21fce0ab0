import { Command } from 'cmdk';
import { useMemo, useState, type ReactNode } from 'react';

import { connect, describeNode, type DrawnNode } from '../../../../core/workflow/edits/index.ts';
import { outputsOf } from '../../../../core/workflow/edits/wires.ts';
import { useDocument } from '../../document/documentStore.ts';
import { useCanvas } from '../canvasStore.ts';
import { boxes } from '../flowStore.ts';
import { focusCanvas } from '../focus.ts';
import { edit } from '../gestures/current.ts';
import { bestWire } from '../gestures/wiring.ts';
import { NodeTile } from '../nodes/StepNode.tsx';
import { windowPoint } from '../viewport.ts';
import { Picker, pickerEntry } from './Picker.tsx';

/** Draws a wire without a pointer: first the output, where there are several, then the node by its name. */
export function ConnectBox({ from }: { readonly from: string }): ReactNode {
  const drawing = useDocument((state) => state.current?.drawing);
  const source = drawing?.nodes.find(({ id }) => id === from);
  const outputs = source === undefined ? [] : outputsOf(source);
  const [chosen, setChosen] = useState<string | undefined>(outputs.length === 1 ? outputs[0]?.id : undefined);
  const [typed, setTyped] = useState('');
  const at = useMemo(() => {
    const box = boxes().get(from);
    return windowPoint(box === undefined ? { x: 0, y: 0 } : { x: box.x + box.width + 16, y: box.y });
  }, [from]);
  if (drawing === undefined || source === undefined) return null;
  const words = typed.trim().toLowerCase();
  const shared = { at, typed, onTyped: setTyped, onClose: close };
  if (chosen === undefined)
    return (
      <Picker {...shared} label={`Connect ${from}`} placeholder="From which output?" empty="There is no such output.">
        {outputs
          .filter(({ name }) => name.toLowerCase().includes(words))
          .map(({ id, name, type }) => (
            <Command.Item
              key={id}
              value={id}
              className={pickerEntry}
              onSelect={() => {
                setChosen(id);
                setTyped('');
              }}
            >
              <span className="grow">{name}</span>
              {type !== 'default' && <span className="text-2xs text-muted">{type}</span>}
            </Command.Item>
          ))}
      </Picker>
    );
  const targets = drawing.nodes
    .filter((node) => node.id !== from && holds(node, words))
    .map((node) => ({ node, best: bestWire({ node: from, handle: chosen, kind: 'source' }, node.id) }));
  const sorted = targets.toSorted((a, b) => Number(isLegal(b.best)) - Number(isLegal(a.best)));
  return (
    <Picker {...shared} label={`Connect ${from}`} placeholder="To which node?" empty="There is no such node.">
      {sorted.slice(0, 50).map(({ node, best }) => (
        <Command.Item
          key={node.id}
          value={node.id}
          disabled={!isLegal(best)}
          className={pickerEntry}
          onSelect={() => {
            if (best === undefined || 'why' in best) return;
            close();
            edit((text) => {
              const connected = connect(text, best.wire);
              // It goes on from here: to the next wire, or along this one.
              return connected.ok ? { ...connected, selected: [from] } : connected;
            });
          }}
        >
          <NodeTile node={node} size="small" />
          <span className="min-w-0">
            <span className="block truncate font-medium">{describeNode(node).title}</span>
            {best !== undefined && 'why' in best && <span className="block text-2xs text-muted">{best.why}</span>}
          </span>
        </Command.Item>
      ))}
    </Picker>
  );
}

function isLegal(best: ReturnType<typeof bestWire>): boolean {
  return best !== undefined && 'wire' in best;
}

function holds({ id, label }: DrawnNode, words: string): boolean {
  return `${id} ${label ?? ''}`.toLowerCase().includes(words);
}

function close(): void {
  useCanvas.setState({ connectingFrom: undefined });
  focusCanvas();
}
