import { useCanvas } from '../canvasStore.ts';

const leaveMs = 120;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Marks the edge at which the pointer is; leaving waits a little, so that the way to the buttons on it is not cut. */
export function hoverEdge(id: string | undefined): void {
  clearTimeout(timer);
  if (id !== undefined) useCanvas.setState({ hoveredEdge: id });
  else timer = setTimeout(() => useCanvas.setState({ hoveredEdge: undefined }), leaveMs);
}
