import type { KeptWire } from '../../store/runs.ts';
import type { Mask } from '../secrets.ts';
import { answerFor, joinedTexts, readAnswer, type WireRequest } from '../wire/index.ts';

/**
 * An answer as it may be kept. One whose pieces hold a secret only together is written anew without it; where it did not come to its
 * end, or is of an API that nobody here writes, nothing of it is kept.
 */
export function maskedWire(wire: KeptWire, request: WireRequest, mask: Mask): KeptWire {
  if (!mask.isNeeded) return wire;
  const pieces = wire.pieces.map(({ atMs, bytes }) => ({ atMs, bytes: mask.bytes(bytes) }));
  const text = Buffer.concat(pieces.map(({ bytes }) => bytes)).toString('utf8');
  if (joinedTexts(text).every((joined) => mask.text(joined) === joined)) return { ...wire, pieces };
  const said = wire.isComplete ? readAnswer(request.path, wire.status ?? 0, text) : undefined;
  const answer = said && answerFor(mask.json(said), request);
  if (answer === undefined) return { ...wire, pieces: [], isComplete: false };
  const atMs = pieces.at(-1)?.atMs ?? 0;
  return { ...wire, pieces: answer.pieces.map((piece) => ({ atMs, bytes: Buffer.from(piece) })) };
}
