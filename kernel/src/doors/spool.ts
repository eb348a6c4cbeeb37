import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { RookeryError } from '@rookery/sdk/protocol'
import type { Settings } from '../config/index.ts'

/** Bytes on disk until a request is over. */
export interface Spooled {
  open(): Readable
  /** Ends what still reads as well. */
  remove(): Promise<void>
}

/** Puts aside what comes before it is known what it is for. Nothing in here outlives the process. */
export interface Spool {
  /** For one request, whose bytes are counted together. Putting throws `file_too_large`. */
  begin(): { put(stream: Readable): Promise<Spooled> }
}

export async function createSpool({ folder, settings }: { folder: string, settings: Pick<Settings, 'files'> }): Promise<Spool> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return {
    begin() {
      let left = settings.files.maximumBytes
      return {
        async put(stream) {
          const path = join(folder, randomUUID())
          const readers: Readable[] = []
          const open = (): Readable => {
            const reader = createReadStream(path)
            // Whoever reads hears of it. Who refuses before it reads leaves a file that is opened while it is removed, which is nobody's error.
            reader.on('error', () => {})
            readers.push(reader)
            return reader
          }
          const remove = async (): Promise<void> => {
            for (const reader of readers) reader.destroy()
            await rm(path, { force: true })
          }
          const limit = new Transform({
            transform(chunk: Buffer, _encoding, done) {
              left -= chunk.length
              if (left < 0) done(new RookeryError('file_too_large', { limitBytes: settings.files.maximumBytes }))
              else done(null, chunk)
            },
          })
          try {
            await pipeline(stream, limit, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
          } catch (error) {
            await remove()
            throw error
          }
          return { open, remove }
        },
      }
    },
  }
}
