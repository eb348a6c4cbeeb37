import { Readable } from 'node:stream'
import { RookeryError, type ErrorCode } from '@rookery/sdk/protocol'

/** What passes through, and its first bytes, by which its type is known. */
export interface Measured {
  readonly stream: Readable
  readonly firstBytes: () => Buffer
}

/**
 * Lets a stream pass up to a limit. The source is not destroyed when the limit is reached: it may be the request of a
 * client that is to hear why.
 */
export function measure(source: Readable, { maximumBytes, firstBytes, tooLarge }: { maximumBytes: number, firstBytes: number, tooLarge: ErrorCode }): Measured {
  const first: Buffer[] = []
  let firstLength = 0
  async function* pass(): AsyncGenerator<Buffer> {
    let length = 0
    for await (const chunk of unbroken(source)) {
      length += chunk.length
      if (length > maximumBytes) throw new RookeryError(tooLarge, { limitBytes: maximumBytes })
      if (firstLength < firstBytes) {
        first.push(chunk.subarray(0, firstBytes - firstLength))
        firstLength += chunk.length
      }
      yield chunk
    }
  }
  return { stream: Readable.from(pass(), { objectMode: false }), firstBytes: () => Buffer.concat(first) }
}

async function* unbroken(source: Readable): AsyncGenerator<Buffer> {
  try {
    yield* source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  } catch (error) {
    throw error instanceof RookeryError ? error : new RookeryError('invalid_input', { field: 'body', reason: 'it broke off' }, { cause: error })
  }
}
