// A step of a JSON pointer and the key that it stands for: https://www.rfc-editor.org/rfc/rfc6901#section-4

export function pointerStep(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function keyOfStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
