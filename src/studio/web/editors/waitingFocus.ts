/** The name of the field that was given the focus before its editor had been loaded. */
let waiting: string | undefined;

export function waitForEditor(label: string | undefined): void {
  waiting = label;
}

/** Whether an editor that begins now was waited for. */
export function wasWaitedFor(label: string): boolean {
  const was = waiting === label;
  if (was) waiting = undefined;
  return was;
}
