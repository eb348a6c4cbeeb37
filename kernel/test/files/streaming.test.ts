import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readlink } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { createWorld, type World } from '../../../test/harness/world.ts'

const megabyte = 1024 * 1024

/** The same bytes each time, never two chunks alike. */
function* chunks(sizeBytes: number): Generator<Buffer> {
  for (let at = 0; at < sizeBytes; at += 65_536) yield Buffer.alloc(Math.min(65_536, sizeBytes - at), `${at} `)
}

describe('large files', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  const upload = async (sizeBytes: number, onChunk: () => void): Promise<{ id: string }> => {
    const sending = request(`${world.server.url}/api/v1/files.upload?channelId=${world.channel.id}&name=large.bin`, {
      method: 'POST', headers: { 'Authorization': `Bearer ${world.ada.token}`, 'Content-Length': sizeBytes },
    })
    Readable.from((function* () { for (const chunk of chunks(sizeBytes)) { onChunk(); yield chunk } })()).pipe(sending)
    const [response] = await once(sending, 'response') as [IncomingMessage]
    equal(response.statusCode, 200)
    return await json(response) as { id: string }
  }
  const download = async (id: string): Promise<IncomingMessage> => {
    const asking = request(`${world.server.url}/api/v1/files.download?fileId=${id}`, { headers: { Authorization: `Bearer ${world.ada.token}` } })
    asking.end()
    const [response] = await once(asking, 'response') as [IncomingMessage]
    return response
  }

  it('pass through without ever being in memory as a whole', async function () {
    this.timeout(60_000)
    const sizeBytes = 100 * megabyte
    await upload(megabyte, () => {})
    // What lives, not what waits to be collected: client and server share this process.
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    let peak = 0
    let count = 0
    collect()
    const start = process.memoryUsage().arrayBuffers
    const measure = (): void => {
      count += 1
      if (count % 400 > 0) return
      // The first frees memory beside the program; the second waits until that is done.
      collect()
      collect()
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - start)
    }
    const { id } = await upload(sizeBytes, measure)
    const hash = createHash('sha256')
    for await (const chunk of await download(id)) {
      measure()
      hash.update(chunk as Buffer)
    }
    const expected = createHash('sha256')
    for (const chunk of chunks(sizeBytes)) expected.update(chunk)
    equal(hash.digest('hex'), expected.digest('hex'))
    ok(count > 2000 && peak < 32 * megabyte, `of ${count} chunks: grew by ${Math.round(peak / megabyte)} MiB`)
  })

  it('are let go when the reader goes away', async function () {
    if (process.platform !== 'linux') this.skip()
    const { id } = await upload(20 * megabyte, () => {})
    const openFiles = async (): Promise<string[]> => {
      const links = await Promise.all((await readdir('/proc/self/fd')).map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')))
      return links.filter((link) => link.includes(`/attachments/`))
    }
    const response = await download(id)
    response.once('data', () => {})
    await once(response, 'data')
    response.pause()
    equal((await openFiles()).length, 1)
    response.destroy()
    while ((await openFiles()).length > 0) await new Promise((resolve) => { setTimeout(resolve, 5) })
    const head = request(`${world.server.url}/api/v1/files.download?fileId=${id}`, { method: 'HEAD', headers: { Authorization: `Bearer ${world.ada.token}` } })
    head.end()
    const [{ headers }] = await once(head, 'response') as [IncomingMessage]
    deepEqual([headers['content-length'], await openFiles()], [String(20 * megabyte), []])
  })
})
