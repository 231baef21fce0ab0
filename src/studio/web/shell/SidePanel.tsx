import { Blocks, Files, ListTree } from 'lucide-react';
import { Suspense, type ComponentType, type ReactNode } from 'react';

import { IconButton } from '../design/Button.tsx';
import { Splitter } from '../design/Splitter.tsx';
import { NodePalette } from '../palette/NodePalette.tsx';
import { useLayout, type SideTab } from './layoutStore.ts';
import { later } from '../design/later.ts';

// What stands there first comes with the page.
const Outline = later(async () => (await import('../canvas/Outline.tsx')).Outline);
const FilesPanel = later(async () => (await import('../files/FilesPanel.tsx')).FilesPanel);

const views: Readonly<
  Record<SideTab, { readonly title: string; readonly icon: typeof Files; readonly view: ComponentType }>
> = {
  nodes: { title: 'Nodes', icon: Blocks, view: NodePalette },
  outline: { title: 'Outline', icon: ListTree, view: Outline },
  files: { title: 'Files', icon: Files, view: FilesPanel },
};

/** The left side: nodes to add, the workflow as a list, the folder's files. */
export function SidePanel(): ReactNode {
  const { side, sideWidth, set } = useLayout();
  const View = side === undefined ? undefined : views[side].view;
  return (
    <>
      <nav
        aria-label="Views"
        className="flex w-11 shrink-0 flex-col items-center gap-1 border-r border-line bg-surface py-2"
      >
        {Object.entries(views).map(([tab, { title, icon }]) => (
          <IconButton
            key={tab}
            icon={icon}
            label={title}
            aria-pressed={side === tab}
            className={side === tab ? 'bg-accent-soft text-accent' : ''}
            onClick={() => set({ side: side === tab ? undefined : (tab as SideTab) })}
          />
        ))}
      </nav>
      {side !== undefined && View !== undefined && (
        <>
          <aside
            aria-label={views[side].title}
            className="flex min-h-0 shrink-0 flex-col bg-surface max-xl:max-w-[20vw]"
            style={{ width: sideWidth }}
          >
            <Suspense fallback={null}>
              <View />
            </Suspense>
          </aside>
          <Splitter
            label={`Width of ${views[side].title}`}
            of="left"
            size={sideWidth}
            least={180}
            most={480}
            onSize={(width) => set({ sideWidth: width })}
          />
        </>
      )}
    </>
  );
}
