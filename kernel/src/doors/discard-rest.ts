import type { Readable } from 'node:stream'
import { RookeryError } from '@rookery/sdk/protocol'

const maximumBytes = 64 * 1024 * 1024
const maximumMs = 10_000

/**
 * Reads what is left of a request's body before it is answered, for many clients listen only when they have sent all.
 * Whoever sends too much or too slowly is not waited for; the connection is closed then.
 */
export function discardRest(body: Readable, why?: unknown): Promise<void> {
  const wasSlow = why instanceof RookeryError && why.code === 'body_too_slow'
  if (body.readableEnded || body.destroyed || wasSlow) return Promise.resolve()
  return new Promise((resolve) => {
    let left = maximumBytes
    const finish = (): void => {
      clearTimeout(timer)
      body.off('data', count).off('end', finish).off('close', finish).off('error', finish)
      resolve()
    }
    const count = (chunk: Buffer): void => {
      left -= chunk.length
      if (left < 0) finish()
    }
    const timer = setTimeout(finish, maximumMs)
    body.on('error', finish).on('close', finish).on('end', finish).on('data', count)
    body.resume()
  })
}
