import './canvas.css';

import {
  Background,
  BackgroundVariant,
  ReactFlow,
  SelectionMode,
  useStoreApi,
  type EdgeTypes,
  type NodeTypes,
  type OnNodesChange,
} from '@xyflow/react';
import {
  Suspense,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ComponentType,
  type MouseEvent,
  type ReactNode,
} from 'react';

import { isTyping } from '../commands/keys.ts';
import type { MenuEntry } from '../design/Menu.tsx';
import { later, persistently } from '../design/later.ts';
import { openMenuAt } from '../design/overlays/overlayStore.ts';
import { useDocument } from '../document/documentStore.ts';
import { useLayout } from '../shell/layoutStore.ts';
import { addCanvasCommands } from './canvasCommands.ts';
import { detailAt, isMapShown, useCanvas } from './canvasStore.ts';
import { CanvasControls } from './CanvasControls.tsx';
import { draggedType } from './draggedType.ts';
import { ConnectionLine, WireReason } from './edges/ConnectionLine.tsx';
import { hoverEdge } from './edges/hover.ts';
import { WireEdge } from './edges/WireEdge.tsx';
import { followFindings } from './findingsStore.ts';
import type { FlowEdge, FlowNode } from './flowModel.ts';
import { followDocument, useFlow } from './flowStore.ts';
import { grid } from './geometry.ts';
import { add, openQuickAdd, placeUnder } from './gestures/adding.ts';
import { startClipboard } from './gestures/clipboard.ts';
import { endLostDrags } from './gestures/lostDrags.ts';
import { dragItems, dropItems } from './gestures/moving.ts';
import { beginWriting, followWriting } from './gestures/naming.ts';
import { notePointer } from './gestures/pointer.ts';
import {
  beginReconnect,
  beginWire,
  dropOnHandle,
  dropReconnected,
  endReconnect,
  endWire,
  isLegalWire,
} from './gestures/wiring.ts';
import { EmptyHint, Placing } from './CanvasHints.tsx';
import { Guides } from './Guides.tsx';
import { edgeMenu, nodeMenu, noteMenu, paneMenu } from './menus.ts';
import { FrameNode, NoteNode } from './notes/NoteNode.tsx';
import { StepNode } from './nodes/StepNode.tsx';
import { startReading } from './startReading.ts';
import {
  canvasElement,
  dropAim,
  firstViewport,
  keepMiddle,
  leastZoom,
  mostZoom,
  rememberViewport,
  setFlowInstance,
  type Viewport,
} from './viewport.ts';

// Of large workflows only.
const Minimap = later(async () => (await import('./Minimap.tsx')).Minimap);

const nodeTypes: NodeTypes = { step: StepNode, note: NoteNode, frame: FrameNode };
const edgeTypes: EdgeTypes = { wire: WireEdge };
const snapGrid: [number, number] = [grid, grid];
/** With these a click adds to the selection, or takes out of it: with Shift as in design tools, else as in lists. */
const addingKeys = ['Shift', 'Control', 'Meta'];
const [middleButton, leftAndMiddle]: [number[], number[]] = [[1], [0, 1]];

/** The drawing of the workflow. */
export function Canvas(): ReactNode {
  const file = useFlow((state) => state.file);
  const opened = useDocument((state) => state.current?.file);
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(followDocument, []);
  useEffect(() => {
    const ends = [followFindings(), addCanvasCommands(), startClipboard(), startReading(), followWriting()];
    if (frame.current !== null) ends.push(keepMiddle(frame.current));
    return () => ends.forEach((end) => end());
  }, []);
  return (
    <div
      ref={frame}
      data-canvas="flow"
      tabIndex={0}
      role="application"
      aria-label="Canvas of the workflow"
      aria-describedby="canvas-help"
      className="canvas @container absolute inset-0 overflow-hidden bg-canvas"
      onPointerMove={({ clientX: x, clientY: y, altKey }) => notePointer({ x, y }, altKey)}
      onPointerLeave={() => notePointer(undefined)}
      onContextMenu={openMenu}
      onDoubleClick={addOnPane}
      onDragOver={(event) => {
        if (draggedType() === undefined) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      }}
      onDrop={(event) => {
        const type = draggedType();
        if (type === undefined) return;
        event.preventDefault();
        add(type, {}, placeUnder({ x: event.clientX, y: event.clientY }));
      }}
    >
      <span id="canvas-help" className="sr-only">
        Arrow keys go from node to node, N adds a node, E connects it, Enter opens it, question mark shows all keys. The
        outline shows the same as a list.
      </span>
      {file !== undefined && file === opened && <Flow key={file} file={file} />}
      <EmptyHint />
      {opened !== undefined && file !== opened && <Placing />}
      <Overlays />
      <Announcer />
    </div>
  );
}

/** React Flow tells of a click on the pane by events that do not say whether it was the second. */
function addOnPane({ target, clientX: x, clientY: y }: MouseEvent): void {
  if (target instanceof Element && target.classList.contains('react-flow__pane'))
    openQuickAdd({ x, y }, {}, placeUnder({ x, y }));
}

/** A text that is written on the canvas keeps the browser's own menu. */
function openMenu(event: MouseEvent): void {
  if (event.target instanceof Element && isTyping(event.target)) return;
  event.preventDefault();
  openMenuAt({ x: event.clientX, y: event.clientY }, menuFor(event.target));
}

/** What can be done with what was pressed with the secondary button; it is selected first. */
function menuFor(target: EventTarget): readonly MenuEntry[] {
  const element = target instanceof Element ? target : undefined;
  const { current, select } = useDocument.getState();
  const item = element?.closest<HTMLElement>('.react-flow__node')?.dataset['id'];
  if (item !== undefined && current !== undefined) {
    if (!current.selection.has(item)) select([item]);
    return current.drawing.notes.some(({ id }) => id === item) ? noteMenu : nodeMenu;
  }
  const key = element?.closest<HTMLElement>('.react-flow__edge')?.dataset['id'];
  const edge = useFlow.getState().edges.find(({ id }) => id === key);
  if (edge?.data !== undefined) {
    select([], edge.data.index);
    return edgeMenu;
  }
  return paneMenu;
}

function Flow({ file }: { readonly file: string }): ReactNode {
  const nodes = useFlow((state) => state.nodes);
  const edges = useFlow((state) => state.edges);
  const drag = useLayout((state) => state.drag);
  const [start] = useState(() => startOf(file));
  const store = useStoreApi();
  // Sizes and handles are known: a node that comes into view must not be measured, which would lay out the page each time.
  useState(() => store.setState({ updateNodeInternals: () => undefined }));
  useEffect(() => endLostDrags(store), [store]);
  // The canvas around it is the application, which hears the keys and has a name.
  useEffect(() => store.getState().domNode?.removeAttribute('role'), [store]);
  const onNodesChange = useCallback<OnNodesChange<FlowNode>>(
    (changes) => {
      dragItems(changes);
      const selects = changes.flatMap((change) => (change.type === 'select' ? [change] : []));
      const { current, select } = useDocument.getState();
      if (selects.length === 0 || current === undefined) return;
      const isBox = store.getState().userSelectionActive;
      const frames = new Set(
        current.drawing.notes.flatMap(({ id, nodes: members }) => (members === undefined ? [] : [id])),
      );
      const selection = new Set(current.selection);
      for (const { id, selected } of selects) {
        // A box that is drawn inside of a frame is about the nodes there.
        if (selected && !(isBox && frames.has(id))) selection.add(id);
        else selection.delete(id);
      }
      select(selection);
    },
    [store],
  );
  return (
    <ReactFlow<FlowNode, FlowEdge>
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      defaultViewport={start}
      minZoom={leastZoom}
      maxZoom={mostZoom}
      onlyRenderVisibleElements
      elevateNodesOnSelect={false}
      elevateEdgesOnSelect={false}
      nodesFocusable={false}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode="Shift"
      multiSelectionKeyCode={addingKeys}
      selectionOnDrag={drag === 'select'}
      selectionMode={SelectionMode.Partial}
      panOnDrag={drag === 'select' ? middleButton : leftAndMiddle}
      panActivationKeyCode="Space"
      panOnScroll
      panOnScrollSpeed={0.8}
      zoomOnDoubleClick={false}
      snapToGrid
      snapGrid={snapGrid}
      connectionRadius={24}
      connectionLineComponent={ConnectionLine}
      nodeDragThreshold={3}
      attributionPosition="top-left"
      onInit={setFlowInstance}
      onNodesChange={onNodesChange}
      onNodeDragStop={dropItems}
      onSelectionDragStop={dropItems}
      onNodeDoubleClick={onNodeDoubleClick}
      onEdgeClick={(_event, edge) => useDocument.getState().select([], edge.data?.index)}
      onEdgeMouseEnter={(_event, edge) => hoverEdge(edge.id)}
      onEdgeMouseLeave={() => hoverEdge(undefined)}
      onPaneClick={() => useDocument.getState().select([])}
      onConnectStart={(_event, { nodeId, handleId, handleType }) => {
        if (nodeId !== null && handleId !== null && handleType !== null)
          beginWire({ node: nodeId, handle: handleId, kind: handleType });
      }}
      isValidConnection={isLegalWire}
      onConnect={dropOnHandle}
      onConnectEnd={endWire}
      onReconnectStart={(_event, edge) => beginReconnect(edge)}
      onReconnect={dropReconnected}
      onReconnectEnd={endReconnect}
      onMove={(event, { zoom }) => {
        if (event !== null) dropAim();
        const detail = detailAt(zoom);
        if (useCanvas.getState().detail !== detail) useCanvas.setState({ detail });
      }}
      onMoveEnd={(_event, viewport) => rememberViewport(file, viewport)}
    >
      <Background variant={BackgroundVariant.Dots} gap={3 * grid} size={1.5} color="var(--line-strong)" />
      <WireReason />
      <Guides />
    </ReactFlow>
  );
}

function startOf(file: string): Viewport {
  const element = canvasElement();
  const { current } = useDocument.getState();
  const waiting = new Set(current?.drawing.edges.map(({ wire }) => wire.target));
  const first = current?.drawing.nodes.find(({ id }) => !waiting.has(id))?.id;
  const size = { width: element?.clientWidth ?? innerWidth, height: element?.clientHeight ?? innerHeight };
  const viewport = firstViewport(file, size, first);
  useCanvas.setState({ detail: detailAt(viewport.zoom) });
  return viewport;
}

function onNodeDoubleClick(_event: unknown, { id, type }: FlowNode): void {
  beginWriting(id, type === 'step' ? 'name' : 'text');
}

const listsAfterMs = 400;

function Overlays(): ReactNode {
  const isMinimapOpen = useCanvas((state) => state.isMinimapOpen);
  const isMapOpen = useFlow(({ nodes }) => isMapShown(isMinimapOpen, nodes.length));
  const isAsked = useCanvas(
    ({ quickAdd, connectingFrom, isFinding }) => isFinding || quickAdd !== undefined || connectingFrom !== undefined,
  );
  const [Lists, setLists] = useState<ComponentType>();
  // Not part of the first paint, and there before anyone asks for it: what is typed then must not go elsewhere.
  useEffect(() => {
    const load = async (): Promise<void> => {
      const { OpenLists } = await persistently(async () => import('./OpenLists.tsx'));
      setLists(() => OpenLists);
    };
    const timer = setTimeout(() => void load(), isAsked ? 0 : listsAfterMs);
    return () => clearTimeout(timer);
  }, [isAsked]);
  return (
    <>
      <CanvasControls />
      {isMapOpen && (
        <Suspense fallback={null}>
          <Minimap />
        </Suspense>
      )}
      {Lists !== undefined && <Lists />}
    </>
  );
}

/** Says what was gone to by keys. */
function Announcer(): ReactNode {
  const announcement = useCanvas((state) => state.announcement);
  return (
    <div aria-live="polite" className="sr-only">
      {announcement}
    </div>
  );
}
