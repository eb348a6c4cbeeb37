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
const digitZero = 0x30

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
  fillSlots(frame, target, offset, sequence, ownId)
  return offset + frame.bytes.length
}

/** Fills the slots of a frame that stands in `target` already, whatever stands in them. */
export function fillSlots({ sequenceAt, ownIdAt }: Frame, target: Buffer, offset: number, sequence: number, ownId: string): void {
  if (sequenceAt >= 0) writeNumber(target, offset + sequenceAt, sequence)
  for (const at of ownIdAt) target.write(ownId.padEnd(ownIdSlot.length), offset + at, 'latin1')
}

/** The decimal digits of a number, and spaces up to the width of its slot: a tenth of what making a text of it would cost. */
function writeNumber(target: Buffer, at: number, value: number): void {
  let end = at + 1
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) end += 1
  for (let place = end; place < at + sequenceSlot.length; place += 1) target[place] = space
  for (let place = end - 1, rest = value; place >= at; place -= 1, rest = Math.floor(rest / 10)) target[place] = digitZero + rest % 10
}
