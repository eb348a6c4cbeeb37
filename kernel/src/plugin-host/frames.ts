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
  let parts: Buffer[] = []
  let have = 0
  let need = prefixBytes

  const join = (): Buffer => {
    const whole = parts.length === 1 ? parts[0] as Buffer : Buffer.concat(parts)
    parts = [whole]
    return whole
  }

  return (chunk) => {
    parts.push(chunk)
    have += chunk.length
    while (have >= need) {
      const whole = join()
      const headBytes = whole.readUInt32LE(0)
      const textBytes = whole.readUInt32LE(4)
      if (headBytes > maximumHeaderBytes || textBytes > maximumTextBytes) throw new Error('a frame is too large')
      need = prefixBytes + headBytes + textBytes
      if (have < need) return
      const header: unknown = JSON.parse(whole.toString('utf8', prefixBytes, prefixBytes + headBytes))
      const text = whole.toString('utf8', prefixBytes + headBytes, need)
      const rest = whole.subarray(need)
      parts = rest.length > 0 ? [rest] : []
      have = rest.length
      need = prefixBytes
      onFrame({ header, text })
    }
  }
}
