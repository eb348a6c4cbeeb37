import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createDiskFileStore, FileKeyError, FileNotFoundError, type FileStore } from '../../src/storage/index.ts'

describe('files on disk', () => {
  let folder: string
  let store: FileStore
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rookery-files-'))
    store = await createDiskFileStore({ folder })
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('keeps, reads, measures and removes a file', async () => {
    const bytes = Buffer.alloc(3_000_000, 'rookery ')
    const stored = await store.write('files/ab/one.bin', Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]))
    deepEqual(stored, { bytes: 3_000_000, sha256: createHash('sha256').update(bytes).digest('hex') })
    equal((await buffer(await store.read('files/ab/one.bin'))).equals(bytes), true)
    equal(await store.size('files/ab/one.bin'), 3_000_000)
    equal((await stat(join(folder, 'files/ab/one.bin'))).mode & 0o777, 0o600)
    equal((await stat(join(folder, 'files/ab'))).mode & 0o777, 0o700)
    await store.remove('files/ab/one.bin')
    await store.remove('files/ab/one.bin')
    equal(await store.exists('files/ab/one.bin'), false)
    await rejects(store.read('files/ab/one.bin'), FileNotFoundError)
  })

  it('reads a range and an empty file', async () => {
    await store.write('letters', Readable.from(['abcdefgh']))
    equal(await text(await store.read('letters', { start: 2, end: 4 })), 'cde')
    equal(await text(await store.read('letters', { start: 6 })), 'gh')
    deepEqual((await store.write('nothing', Readable.from([]))).bytes, 0)
    equal(await store.size('nothing'), 0)
  })

  it('replaces a file as a whole, and not at all when the source fails', async () => {
    await store.write('note', Readable.from(['first']))
    const broken = new Readable({ read() { this.push('half'); this.destroy(new Error('the line broke')) } })
    await rejects(store.write('note', broken), /the line broke/)
    equal(await text(await store.read('note')), 'first')
    deepEqual(await readdir(join(folder, '.drafts')), [])
    await store.write('note', Readable.from(['second']))
    equal(await text(await store.read('note')), 'second')
  })

  it('reads no further ahead than the disk keeps up', async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const held = (): number => {
      collectGarbage()
      return process.memoryUsage().arrayBuffers
    }
    let produced = 0
    let mostHeld = 0
    const source = new Readable({
      read() {
        produced += 1
        if (produced % 100 === 0) mostHeld = Math.max(mostHeld, held())
        this.push(produced > 2000 ? null : Buffer.alloc(64 * 1024))
      },
    })
    const before = held()
    deepEqual((await store.write('large', source)).bytes, 2000 * 64 * 1024)
    ok(mostHeld - before < 48 * 1024 * 1024, `${mostHeld - before} bytes waited for the disk`)
  })

  it('takes no key that leads elsewhere', async () => {
    for (const key of ['', '/etc/passwd', '../one', 'a/../b', 'a//b', '.drafts/x', 'a/.b', 'a\0b', 'a\\b', 'é', 'a'.repeat(201), 'a/']) {
      await rejects(store.read(key), FileKeyError)
      await rejects(store.write(key, Readable.from(['x'])), FileKeyError)
      await rejects(store.remove(key), FileKeyError)
    }
    await mkdir(join(folder, 'folder'))
    equal(await store.exists('folder'), false)
  })

  it('sweeps what a crash left half written', async () => {
    await writeFile(join(folder, '.drafts', 'half'), 'half')
    await createDiskFileStore({ folder })
    deepEqual(await readdir(join(folder, '.drafts')), [])
  })
})
