/**
 * A websocket text frame as it goes over the wire, made once for all who receive it. What differs per receiver are
 * slots of fixed width: its own sequence number (padded with spaces, which JSON permits) and its own user id.
 */
export interface Frame {
  readonly bytes: Buffer
  /** Where the sequence number stands; -1 where the frame has none. */
  readonly sequenceAt: number
  /** Where the receiver's own id stands. */
  readonly ownIdAt: readonly number[]
}

/** Stand in the text of a frame for what is filled in later. JSON escapes this character, so no value can hold them. */
export const sequenceSlot = `\u0001${' '.repeat(11)}`
export const ownIdSlot = `\u0001${'-'.repeat(25)}`

const slotStart = 0x01
const finText = 0x81
const space = 0x20

/** Builds a frame from JSON text with slots in it. */
export function buildFrame(text: string): Frame {
  const payloadBytes = Buffer.byteLength(text)
  const headerBytes = payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10
  // Memory of its own: a slice of Node's pool would keep the whole slab of 64 KB for as long as a client that may come
  // back has the frame in its queue.
  const bytes = Buffer.allocUnsafeSlow(headerBytes + payloadBytes)
  bytes[0] = finText
  if (headerBytes === 2) bytes[1] = payloadBytes
  else if (headerBytes === 4) { bytes[1] = 126; bytes.writeUInt16BE(payloadBytes, 2) }
  else { bytes[1] = 127; bytes.writeBigUInt64BE(BigInt(payloadBytes), 2) }
  bytes.write(text, headerBytes)
  let sequenceAt = -1
  const ownIdAt: number[] = []
  for (let at = bytes.indexOf(slotStart, headerBytes); at >= 0; at = bytes.indexOf(slotStart, at + 1)) {
    if (bytes[at + 1] === space) sequenceAt = at
    else ownIdAt.push(at)
    bytes[at] = space
  }
  return { bytes, sequenceAt, ownIdAt }
}

/** Copies a frame into `target` at `offset` with its slots filled; answers the offset behind it. */
export function writeFrame(frame: Frame, target: Buffer, offset: number, sequence: number, ownId: string): number {
  frame.bytes.copy(target, offset)
  if (frame.sequenceAt >= 0) target.write(String(sequence), offset + frame.sequenceAt, 'latin1')
  for (const at of frame.ownIdAt) target.write(ownId, offset + at, 'latin1')
  return offset + frame.bytes.length
}
