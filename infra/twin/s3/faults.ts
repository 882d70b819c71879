// Faults of S3: refusals, a disk that fills up, answers that do not arrive, slow reads.
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { noSpaceLeft } from '../disk-full.ts';
import { callerOf, type Injector, type Occasion } from '../faults/injector.ts';
import { type Blobs, mostInlineBytes } from './blobs.ts';
import { S3Error } from './errors.ts';
import { isWrite, type Operation } from './operations.ts';
import type { S3Request, S3Response } from './request.ts';
import type { Room } from './room.ts';

/** A slow body comes in this many pieces a second. */
const PIECES_PER_SECOND = 20;
const BODY_WRITERS: ReadonlySet<string> = new Set([
  'PutObject',
  'PostObject',
  'CopyObject',
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
]);

/** Throws what S3 answers when it is busy (503), or when a conditional write meets another one (409); else says what is asked. */
export function refuse(injector: Injector, operation: Operation, request: S3Request): Occasion {
  const caller = callerOf(request.principal);
  const id = injector.next(`s3/${caller}/${operation.name}`);
  const occasion = { id, caller, operation: operation.name, ...(request.key !== undefined && { key: request.key }) };
  if (injector.draw('s3-unavailable', occasion)) throw new S3Error('SlowDown', 'Please reduce your request rate.');
  if (isConditionalWrite(operation, request) && injector.draw('s3-conflict', occasion)) {
    throw new S3Error(
      'ConditionalRequestConflict',
      'The conditional request cannot succeed due to a conflicting operation against this resource.',
    );
  }
  return occasion;
}

/** The room as the operation finds it, and what becomes of its answer. */
export function afflict(
  injector: Injector,
  occasion: Occasion,
  operation: Operation,
  room: Room,
): { readonly room: Room; readonly answer: (given: S3Response) => S3Response } {
  const isFull = BODY_WRITERS.has(operation.name) && injector.draw('disk-full', occasion) !== undefined;
  return {
    room: isFull ? withoutSpace(room) : room,
    answer(given) {
      if (isWrite(operation) && injector.draw('s3-lost-answer', occasion)) return { ...given, isLost: true };
      const slow = operation.name === 'GetObject' ? injector.draw('slow-read', occasion) : undefined;
      return slow ? slowly(given, slow.fault.bytesPerSecond) : given;
    },
  };
}

const isConditionalWrite = (operation: Operation, { headers }: S3Request): boolean =>
  isWrite(operation) && (headers['if-match'] !== undefined || headers['if-none-match'] !== undefined);

/** The disk fills up in the middle of a file, or, for bodies in the database, when everything but the commit is done. */
function withoutSpace(room: Room): Room {
  const full = (): never => {
    throw noSpaceLeft();
  };
  const blobs: Blobs = {
    ...room.blobs,
    write(body) {
      if (body.length <= mostInlineBytes) return room.blobs.write(body);
      const half = body.length >> 1;
      const parts = [{ inline: body.subarray(0, half) }, { inline: body.subarray(half) }];
      return room.blobs.concatenate(parts, body.length, fullAfter(half));
    },
    concatenate: (parts, sizeBytes, observe) => {
      const fill = fullAfter(sizeBytes >> 1);
      return room.blobs.concatenate(parts, sizeBytes, (bytes) => {
        observe(bytes);
        fill(bytes);
      });
    },
    duplicate: full,
  };
  return { ...room, blobs, beforeCommit: full };
}

/** Lets so many bytes pass, and throws for those that come after. */
function fullAfter(room: number): (bytes: Uint8Array) => void {
  let left = room;
  return ({ length }) => {
    left -= length;
    if (left < 0) throw noSpaceLeft();
  };
}

function slowly(answer: S3Response, bytesPerSecond: number): S3Response {
  const { body } = answer;
  if (body === undefined || typeof body === 'string') return answer;
  return { ...answer, body: Readable.from(trickle(body, bytesPerSecond), { objectMode: false }) };
}

/** Time of the wall: a network does not know the twin's clock. */
async function* trickle(body: Uint8Array | Readable, bytesPerSecond: number): AsyncIterable<Uint8Array> {
  const pieceBytes = Math.max(1, Math.ceil(bytesPerSecond / PIECES_PER_SECOND));
  const chunks = body instanceof Uint8Array ? [body] : (body as AsyncIterable<Uint8Array>);
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      const piece = chunk.subarray(at, at + pieceBytes);
      await sleep((1000 * piece.length) / bytesPerSecond);
      yield piece;
    }
  }
}
