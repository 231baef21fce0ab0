import { X } from 'lucide-react';
import { Suspense, useId, type ComponentType, type ReactNode } from 'react';

import { IconButton } from '../design/Button.tsx';
import { Splitter } from '../design/Splitter.tsx';
import { TabList, TabPanel } from '../design/Tabs.tsx';
import { useDocument } from '../document/documentStore.ts';
import { ShownRun } from '../run/ShownRun.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { bottomTabs, useLayout, type BottomTab } from './layoutStore.ts';
import { later } from '../design/later.ts';

const views: Readonly<Record<BottomTab, { readonly title: string; readonly view: ComponentType }>> = {
  chat: { title: 'Chat', view: later(async () => (await import('../run/ChatPanel.tsx')).ChatPanel) },
  request: {
    title: 'Request',
    view: later(async () => (await import('../run/RequestPanel.tsx')).RequestPanel),
  },
  run: { title: 'Run', view: later(async () => (await import('../run/RunPanel.tsx')).RunPanel) },
  history: {
    title: 'History',
    view: later(async () => (await import('../history/HistoryPanel.tsx')).HistoryPanel),
  },
  code: { title: 'Code', view: later(async () => (await import('../code/CodePanel.tsx')).CodePanel) },
  problems: {
    title: 'Problems',
    view: later(async () => (await import('../problems/ProblemsPanel.tsx')).ProblemsPanel),
  },
  tests: {
    title: 'Tests',
    view: later(async () => (await import('../tests/TestsPanel.tsx')).TestsPanel),
  },
  cost: { title: 'Cost', view: later(async () => (await import('../cost/CostPanel.tsx')).CostPanel) },
};

/** The views below the canvas; loaded when they are first opened. */
export function BottomPanel(): ReactNode {
  const { bottom, bottomHeight, set } = useLayout();
  const id = useId();
  return (
    <div className="flex shrink-0 flex-col border-t border-line bg-surface">
      {bottom !== undefined && (
        <Splitter
          label="Height of the views below"
          of="below"
          size={bottomHeight}
          least={120}
          most={Math.round(innerHeight * 0.75)}
          onSize={(height) => set({ bottomHeight: height })}
        />
      )}
      <div className="flex h-9 items-center border-b border-line px-2">
        <TabList
          id={id}
          label="Views below the canvas"
          tabs={tabs}
          shown={bottom}
          onShow={(tab) => set({ bottom: tab })}
          className="flex h-full min-w-0 items-stretch overflow-x-auto overflow-y-hidden"
          tabClassName="px-2.5 text-xs -outline-offset-2 max-xl:px-1.5 font-medium whitespace-nowrap"
        />
        <span className="grow" />
        <ShownRun />
        {bottom !== undefined && (
          <IconButton icon={X} label="Close this view" onClick={() => set({ bottom: undefined })} />
        )}
      </div>
      {bottom !== undefined && (
        <TabPanel
          id={id}
          shown={bottom}
          className="max-h-[50vh] min-h-0 overflow-auto"
          style={{ height: bottomHeight }}
        >
          <ErrorBoundary key={bottom} what={views[bottom].title}>
            <Suspense fallback={null}>
              <View tab={bottom} />
            </Suspense>
          </ErrorBoundary>
        </TabPanel>
      )}
    </div>
  );
}

const tabs = bottomTabs.map((name) => ({
  name,
  title: (
    <>
      {views[name].title}
      {name === 'problems' && <ProblemCount />}
    </>
  ),
}));

function View({ tab }: { readonly tab: BottomTab }): ReactNode {
  const { view: Content } = views[tab];
  return <Content />;
}

function ProblemCount(): ReactNode {
  const diagnostics = useDocument((state) => state.current?.compiled?.diagnostics) ?? [];
  if (diagnostics.length === 0) return null;
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  return (
    <span
      className={`ml-1.5 rounded-full px-1.5 text-2xs ${hasErrors ? 'bg-danger-soft text-danger' : 'bg-warning-soft text-warning'}`}
    >
      {diagnostics.length}
    </span>
  );
}
