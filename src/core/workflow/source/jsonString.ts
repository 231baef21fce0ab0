/**
 * Where the characters of a JSON string lie in the file.
 * @param literal the string as it is written, with its quotes
 * @returns for each UTF-16 code unit of its value the offset in `literal` where it starts, and one more for the end
 */
export function offsetsInJsonString(literal: string): readonly number[] {
  const offsets: number[] = [];
  let index = 1;
  while (index < literal.length - 1) {
    offsets.push(index);
    if (literal[index] !== '\\') index += 1;
    else index += literal[index + 1] === 'u' ? 6 : 2;
  }
  offsets.push(index);
  return offsets;
}
