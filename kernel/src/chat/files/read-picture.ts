import type { Readable } from 'node:stream'
import { RookeryError } from '@rookery/sdk/protocol'
import { createSlots } from '../../slots.ts'
import { measure } from './measured-stream.ts'

/** Reads pictures that people upload of themselves and of their teams. */
export interface PictureReader {
  /** Hands over all of a stream, which is held in memory until `use` is done with it. The stream is left open when it is too long: whoever gave it decides about the rest. */
  read<Result>(stream: Readable | undefined, userId: string, use: (picture: Buffer) => Promise<Result>): Promise<Result>
}

const maximumBytes = 20 * 1024 * 1024
/** At once: with the size they bound the memory that strangers can fill. */
const maximumOfAccount = 2
const maximumOfAll = 8

/** A picture that is slower keeps a place from others. */
export function createPictureReader({ patienceMs = 30_000 }: { patienceMs?: number } = {}): PictureReader {
  const slots = createSlots({ perKey: () => maximumOfAccount, total: () => maximumOfAll, refusal: 'too_many_uploads', typicalMs: 2000 })

  const readAll = async (stream: Readable | undefined): Promise<Buffer> => {
    if (!stream) throw new RookeryError('file_empty')
    const chunks: Buffer[] = []
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => { late.reject(new RookeryError('body_too_slow')) }, patienceMs)
    const bytes = measure(stream, { maximumBytes, firstBytes: 0, tooLarge: 'image_too_large' }).stream.iterator() as AsyncIterator<Buffer>
    const next = () => Promise.race([bytes.next(), late.promise])
    try {
      for (let found = await next(); !found.done; found = await next()) chunks.push(found.value)
    } finally {
      clearTimeout(timer)
    }
    if (chunks.length === 0) throw new RookeryError('file_empty')
    return Buffer.concat(chunks)
  }
  return {
    async read(stream, userId, use) {
      const release = slots.take(userId)
      try {
        return await use(await readAll(stream))
      } finally {
        release()
      }
    },
  }
}
