import { deepEqual, equal, rejects } from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { createPictureReader } from '../../src/chat/files/read-picture.ts'

describe('pictures that are read into memory', () => {
  const measure = async (bytes: Buffer): Promise<number> => bytes.length

  it('come whole', async () => {
    equal(await createPictureReader().read(Readable.from([Buffer.from('ab'), Buffer.from('c')]), 'ada', measure), 3)
    await rejects(createPictureReader().read(undefined, 'ada', measure), { code: 'file_empty' })
    await rejects(createPictureReader().read(Readable.from([]), 'ada', measure), { code: 'file_empty' })
  })

  it('are waited for only so long, and their place is free then', async () => {
    const reader = createPictureReader({ patienceMs: 20 })
    const silent = (): PassThrough => { const stream = new PassThrough(); stream.write('a'); return stream }
    for (let round = 0; round < 3; round += 1) {
      const codes = (await Promise.allSettled([1, 2].map(() => reader.read(silent(), 'ada', measure)))).map((each) => (each as PromiseRejectedResult).reason.code as string)
      deepEqual(codes, ['body_too_slow', 'body_too_slow'])
    }
  })

  it('are not larger than memory can bear, and tell where a line broke', async () => {
    const reader = createPictureReader()
    const endless = Readable.from((function* () { for (;;) yield Buffer.alloc(1024 * 1024) })())
    await rejects(reader.read(endless, 'ada', measure), { code: 'image_too_large' })
    equal(endless.destroyed, false)
    const broken = new PassThrough()
    broken.write('a')
    const reading = reader.read(broken, 'ada', measure)
    broken.destroy(new Error('gone'))
    await rejects(reading, { code: 'invalid_input' })
  })

  it('are only so many of one account, and so many of all', async () => {
    const reader = createPictureReader()
    const gate = Promise.withResolvers<void>()
    const hold = (userId: string) => reader.read(Readable.from([Buffer.from('a')]), userId, () => gate.promise)
    const held = ['ada', 'ada', 'bob', 'bob', 'eve', 'eve', 'mallory'].map(hold)
    await rejects(hold('ada'), { code: 'too_many_uploads', status: 429 })
    held.push(hold('mallory'))
    await rejects(hold('trent'), { code: 'unavailable', status: 503 })
    gate.resolve()
    await Promise.all(held)
    await hold('trent')
  })
})
