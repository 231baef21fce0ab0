import { ReactFlowProvider } from '@xyflow/react';
import { Suspense, useLayoutEffect, useState, type ReactNode } from 'react';

import { useStudio } from '../api/studioStore.ts';
import { Canvas } from '../canvas/Canvas.tsx';
import { CommandPalette } from '../commands/CommandPalette.tsx';
import { KeySheet } from '../commands/KeySheet.tsx';
import { Overlays } from '../design/overlays/Overlays.tsx';
import { Splitter } from '../design/Splitter.tsx';
import { useDocument } from '../document/documentStore.ts';
import { openFile, openFirst } from '../document/openFile.ts';
import { useFileDialog } from '../files/dialogStore.ts';
import { PropertiesPanel } from '../properties/PropertiesPanel.tsx';
import { useProviderDialog } from '../properties/provider/providerDialog.ts';
import { useRuns } from '../run/runStore.ts';
import { BottomPanel } from './BottomPanel.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { useLayout } from './layoutStore.ts';
import { Notice } from './Notice.tsx';
import { SidePanel } from './SidePanel.tsx';
import { StartScreen } from './StartScreen.tsx';
import { TopBar } from './TopBar.tsx';
import { later } from '../design/later.ts';

// What the first paint of a workflow does not need.
const Gallery = later(async () => (await import('../files/Gallery.tsx')).Gallery);
const FileDialogs = later(async () => (await import('../files/FileDialogs.tsx')).FileDialogs);
const ChangeProviderDialog = later(
  async () => (await import('../properties/provider/ChangeProviderDialog.tsx')).ChangeProviderDialog,
);
const TrustDialog = later(async () => (await import('../run/TrustDialog.tsx')).TrustDialog);

/** The whole page. */
export function App(): ReactNode {
  const studio = useStudio((state) => state.studio);
  const hasFile = useDocument((state) => state.current !== undefined);
  const isOpening = useFirstFile();
  if (studio === undefined) return <StartScreen />;
  return (
    <ReactFlowProvider>
      <div className="flex h-full flex-col">
        <TopBar />
        {hasFile ? (
          <Workbench />
        ) : (
          !isOpening && (
            <Suspense fallback={null}>
              <Gallery />
            </Suspense>
          )
        )}
      </div>
      <Notice />
      <CommandPalette />
      <KeySheet />
      <Dialogs />
      <Overlays />
    </ReactFlowProvider>
  );
}

/** Windows that are loaded when they are first needed. */
function Dialogs(): ReactNode {
  const asksTrust = useRuns(({ askedTrust }) => askedTrust !== undefined);
  const hasFileDialog = useFileDialog(({ open }) => open !== undefined);
  const changesProvider = useProviderDialog(({ node }) => node !== undefined);
  const hasConflict = useDocument(({ current }) => current?.save.kind === 'conflict');
  return (
    <Suspense fallback={null}>
      {asksTrust && <TrustDialog />}
      {changesProvider && <ChangeProviderDialog />}
      {(hasFileDialog || hasConflict) && <FileDialogs />}
    </Suspense>
  );
}

/**
 * Opens what the server says that the page begins with. Gives whether that is still to come, so that nothing else appears for a
 * moment.
 */
function useFirstFile(): boolean {
  const [isOpening, setIsOpening] = useState(true);
  const studio = useStudio((state) => state.studio);
  const hasStudio = studio !== undefined;
  useLayoutEffect(() => {
    if (studio === undefined) return;
    if (useDocument.getState().current !== undefined || openFirst(studio.first)) {
      setIsOpening(false);
      return;
    }
    if (studio.opened === undefined) setIsOpening(false);
    else void openFile(studio.opened).finally(() => setIsOpening(false));
    // Once, when the server has answered: not whenever the list of files is another.
  }, [hasStudio]);
  return isOpening;
}

function Workbench(): ReactNode {
  const { isPropertiesOpen, propertiesWidth, set } = useLayout();
  return (
    <div className="flex min-h-0 grow">
      <SidePanel />
      <main className="flex min-w-0 grow flex-col">
        <div className="relative min-h-0 grow">
          <ErrorBoundary what="The canvas">
            <Canvas />
          </ErrorBoundary>
        </div>
        <BottomPanel />
      </main>
      {isPropertiesOpen && (
        <>
          <Splitter
            label="Width of the properties"
            of="right"
            size={propertiesWidth}
            least={280}
            most={720}
            onSize={(width) => set({ propertiesWidth: width })}
          />
          <aside
            aria-label="Properties"
            className="flex min-h-0 shrink-0 flex-col overflow-hidden bg-surface max-xl:max-w-[30vw]"
            style={{ width: propertiesWidth }}
          >
            <ErrorBoundary what="The form">
              <PropertiesPanel />
            </ErrorBoundary>
          </aside>
        </>
      )}
    </div>
  );
}
