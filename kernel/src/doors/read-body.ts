import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { RookeryError } from '@rookery/sdk/protocol'

/** How hapi is to leave the bodies of a route alone: of what is too large or too slow it would wait for the end, whenever that comes. */
export const unreadPayload = { parse: false, output: 'stream', maxBytes: Number.MAX_SAFE_INTEGER, timeout: false } as const

/** What somebody may send in JSON who shows no session: what strangers say is short, and reading it costs more than its bytes. */
export const maximumStrangerBodyBytes = 256 * 1024

/**
 * All of a request's body, which must be there in time. Nothing is destroyed where it is refused: whoever is still sending is
 * to hear why.
 */
export function readBody(source: Readable, headers: IncomingMessage['headers'], { maximumBytes, patienceMs }: { maximumBytes: number, patienceMs: number }): Promise<Buffer> {
  const tooLarge = (): RookeryError => new RookeryError('body_too_large', { limitBytes: maximumBytes })
  if (Number(headers['content-length']) > maximumBytes) return Promise.reject(tooLarge())
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const finish = (error?: RookeryError): void => {
      clearTimeout(timer)
      source.off('data', take).off('end', end).off('error', breakOff).off('close', breakOff)
      source.pause()
      if (error) reject(error)
      else resolve(chunks.length === 1 ? chunks[0] as Buffer : Buffer.concat(chunks, length))
    }
    const take = (chunk: Buffer): void => {
      length += chunk.length
      if (length > maximumBytes) finish(tooLarge())
      else chunks.push(chunk)
    }
    const end = (): void => { finish() }
    const breakOff = (): void => { finish(new RookeryError('invalid_input', { field: 'body', reason: 'it broke off' })) }
    const timer = setTimeout(() => { finish(new RookeryError('body_too_slow')) }, patienceMs)
    source.on('error', breakOff).on('close', breakOff).on('end', end).on('data', take)
  })
}
