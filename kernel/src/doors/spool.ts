import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { RookeryError } from '@rookery/sdk/protocol'

/** Bytes on disk until a request is over. */
export interface Spooled {
  open(): Readable
  remove(): Promise<void>
}

/** Puts aside what comes before it is known what it is for. Nothing in here outlives the process. */
export interface Spool {
  /** Throws `file_too_large`. */
  put(stream: Readable): Promise<Spooled>
}

export async function createSpool({ folder, maximumBytes }: { folder: string, maximumBytes: number }): Promise<Spool> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return {
    async put(stream) {
      const path = join(folder, randomUUID())
      const remove = (): Promise<void> => rm(path, { force: true })
      let length = 0
      const limit = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          length += chunk.length
          if (length > maximumBytes) done(new RookeryError('file_too_large', { limitBytes: maximumBytes }))
          else done(null, chunk)
        },
      })
      try {
        await pipeline(stream, limit, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
      } catch (error) {
        await remove()
        throw error
      }
      return { open: () => createReadStream(path), remove }
    },
  }
}
