import type { ReactNode } from 'react';

import { registry } from '../../../../core/workflow/nodes/registry.ts';
import type { NodeType } from '../../../../core/workflow/types.ts';
import { nodeIcons } from 'virtual:node-icons';
import { MarkedText } from '../MarkedText.tsx';

/** Icon, name and description of a node type, and an example of what it is set to. */
export function TypeEntry({
  type,
  begins,
}: {
  readonly type: NodeType;
  /** What it begins with where it is put. */
  readonly begins?: string | undefined;
}): ReactNode {
  const { name, description, icon, color } = registry[type];
  const Icon = nodeIcons[icon];
  return (
    <>
      <span className={`node-tile size-7 ${color}`}>{Icon !== undefined && <Icon size={15} aria-hidden />}</span>
      <span className="min-w-0">
        <span className="block truncate font-medium text-ink">{name}</span>
        <span className="line-clamp-2 text-2xs text-muted">
          <MarkedText text={description} />
        </span>
        {begins !== undefined && begins !== '' && (
          <span className="block truncate font-mono text-2xs text-muted">{begins}</span>
        )}
      </span>
    </>
  );
}
