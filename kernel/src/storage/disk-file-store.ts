import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { assertFileKey, FileNotFoundError, type ByteRange, type FileStore, type StoredFile } from './file-store.ts'

export interface DiskFileStoreOptions {
  /** Held by this process alone: files that a crash left half written are swept at the start. */
  readonly folder: string
}

/** A key cannot begin with a dot, so no file can ever be in here. */
const draftsName = '.drafts'

export const createDiskFileStore = async ({ folder }: DiskFileStoreOptions): Promise<FileStore> => {
  const root = resolve(folder)
  const drafts = join(root, draftsName)
  await rm(drafts, { recursive: true, force: true })
  await mkdir(drafts, { recursive: true, mode: 0o700 })
  const locate = (key: string): string => {
    assertFileKey(key)
    return join(root, ...key.split('/'))
  }
  const size = async (key: string): Promise<number | undefined> => {
    const entry = await stat(locate(key)).catch(ignoreMissing)
    return entry?.isFile() ? entry.size : undefined
  }

  return {
    async write(key, source) {
      const target = locate(key)
      const draft = join(drafts, randomUUID())
      try {
        const stored = await writeDraft(draft, source)
        await makeFolder(root, dirname(target))
        await rename(draft, target)
        await flushFolder(dirname(target))
        return stored
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      }
    },
    async read(key, range) {
      const file = await openFile(locate(key), key)
      return file.createReadStream(clip(range))
    },
    size,
    exists: async (key) => (await size(key)) !== undefined,
    async remove(key) {
      await rm(locate(key), { force: true })
    },
    async probe() {
      const draft = join(drafts, randomUUID())
      await writeFile(draft, 'x', { flag: 'wx', mode: 0o600 })
      await rm(draft)
      const { bavail, bsize } = await statfs(root)
      return { freeBytes: bavail * bsize }
    },
  }
}

const writeDraft = async (draft: string, source: Readable): Promise<StoredFile> => {
  const hash = createHash('sha256')
  let bytes = 0
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      hash.update(chunk)
      done(null, chunk)
    },
  })
  let file
  try {
    file = await open(draft, 'wx', 0o600)
  } catch (error) {
    source.destroy()
    throw error
  }
  // `flush` is fsync before close: the name must never stand for bytes that a power cut may take away.
  await pipeline(source, meter, file.createWriteStream({ flush: true }))
  return { bytes, sha256: hash.digest('hex') }
}

const openFile = async (path: string, key: string) => {
  const file = await open(path, 'r').catch(ignoreMissing)
  if (file && (await file.stat()).isFile()) return file
  await file?.close()
  throw new FileNotFoundError(key)
}

const clip = (range: ByteRange | undefined) => ({
  start: range?.start ?? 0,
  ...(range?.end !== undefined && { end: range.end }),
})

const ignoreMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
}

// A new folder is itself an entry that must be flushed, up to the first one that existed.
const makeFolder = async (root: string, folder: string): Promise<void> => {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (!first) return
  for (let each = dirname(folder); each.length >= root.length && each.length >= dirname(first).length; each = dirname(each)) {
    await flushFolder(each)
  }
}

const flushFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
