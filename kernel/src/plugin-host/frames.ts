/**
 * What crosses between kernel and host: a small JSON header and a text that is carried along unread (source, input,
 * answer: JSON itself). Two lengths of four bytes stand in front: header and text, in bytes of UTF-8.
 */
export interface Frame {
  readonly header: unknown
  readonly text: string
}

export interface FrameLimits {
  readonly maximumHeaderBytes: number
  readonly maximumTextBytes: number
}

/** Texts are bounded in characters before, by little more than 8 Mi; each of these may take three bytes. */
export const frameLimits: FrameLimits = { maximumHeaderBytes: 256 * 1024, maximumTextBytes: 32 * 1024 * 1024 }

const prefixBytes = 8

export function encodeFrame(header: object, text = ''): Buffer {
  const head = JSON.stringify(header)
  const headBytes = Buffer.byteLength(head)
  const textBytes = Buffer.byteLength(text)
  const frame = Buffer.allocUnsafe(prefixBytes + headBytes + textBytes)
  frame.writeUInt32LE(headBytes, 0)
  frame.writeUInt32LE(textBytes, 4)
  frame.write(head, prefixBytes)
  frame.write(text, prefixBytes + headBytes)
  return frame
}

/** Puts chunks together again. Throws on lengths out of bounds, before it keeps a byte of them. */
export function createFrameReader(onFrame: (frame: Frame) => void, { maximumHeaderBytes, maximumTextBytes }: FrameLimits = frameLimits): (chunk: Buffer) => void {
  const prefix = Buffer.alloc(prefixBytes)
  /** Where a frame is gathered that does not come whole: each chunk goes to its place at once, or the last one would pay for all. */
  let body: Buffer | undefined
  let headBytes = 0
  let have = 0

  const lengthAt = (bytes: Buffer, at: number): number => {
    headBytes = bytes.readUInt32LE(at)
    const textBytes = bytes.readUInt32LE(at + 4)
    if (headBytes > maximumHeaderBytes || textBytes > maximumTextBytes) throw new Error('a frame is too large')
    return headBytes + textBytes
  }
  const tell = (bytes: Buffer, from: number, to: number): void => {
    const header: unknown = JSON.parse(bytes.toString('utf8', from, from + headBytes))
    onFrame({ header, text: bytes.toString('utf8', from + headBytes, to) })
  }

  return (chunk) => {
    for (let at = 0; at < chunk.length;) {
      if (body) {
        const part = Math.min(body.length - have, chunk.length - at)
        chunk.copy(body, have, at, at + part)
        have += part
        at += part
        if (have < body.length) return
        const whole = body
        body = undefined
        have = 0
        tell(whole, 0, whole.length)
      } else if (have === 0 && chunk.length - at >= prefixBytes) {
        const from = at + prefixBytes
        const to = from + lengthAt(chunk, at)
        if (to <= chunk.length) {
          at = to
          tell(chunk, from, to)
        } else {
          at = from
          body = Buffer.allocUnsafeSlow(to - from)
        }
      } else {
        const part = Math.min(prefixBytes - have, chunk.length - at)
        chunk.copy(prefix, have, at, at + part)
        have += part
        at += part
        if (have < prefixBytes) return
        body = Buffer.allocUnsafeSlow(lengthAt(prefix, 0))
        have = 0
      }
    }
  }
}
