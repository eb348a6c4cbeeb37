import { deepEqual, equal, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createSpool, type Spool } from '../../src/doors/spool.ts'

describe('What is put aside of a request', () => {
  let folder: string
  let spool: Spool
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rookery-spool-'))
    spool = await createSpool({ folder, settings: { files: { maximumBytes: 10 } } as Parameters<typeof createSpool>[0]['settings'] })
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is read as it came, all of one request within one limit, and then gone', async () => {
    const aside = spool.begin()
    const spooled = await aside.put(Readable.from([Buffer.from('warp')]))
    equal(await text(spooled.open()), 'warp')
    await rejects(aside.put(Readable.from([Buffer.from('and weft')])), { code: 'file_too_large' })
    await spooled.remove()
    deepEqual(await readdir(folder), [])
  })

  it('is removed while it is opened, which ends that and nothing else', async () => {
    for (let time = 0; time < 50; time += 1) {
      const spooled = await spool.begin().put(Readable.from([Buffer.from('warp')]))
      const reader = spooled.open()
      const closed = once(reader, 'close')
      await spooled.remove()
      await closed
      // Who comes too late hears that nothing is there.
      await rejects(text(spooled.open()), { code: 'ENOENT' })
    }
    deepEqual(await readdir(folder), [])
  })
})
