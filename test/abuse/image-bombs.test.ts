import { deepEqual, equal, ok } from 'node:assert/strict'
import { crc32, deflateSync } from 'node:zlib'
import type { FileUploadResponse } from '@mattermost/types/files'
import sharp from 'sharp'
import { ask } from '../harness/ask.ts'
import { createWorld, type World } from '../harness/world.ts'

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A PNG that says of itself how large it is, whatever follows. */
function png(width: number, height: number, chunks: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), ...chunks, chunk('IEND', Buffer.alloc(0))])
}

/** Small to send, and large or endless to look at. */
async function bombs(): Promise<ReadonlyMap<string, Buffer>> {
  const zeros = deflateSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 })
  const large = sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#000' } })
  // Frames that are alike would become one.
  const frames = Buffer.concat(Array.from({ length: 20 }, (_none, number) => Buffer.alloc(1500 * 1500 * 3, number * 12)))
  return new Map<string, Buffer>([
    ['large.png', await large.clone().png().toBuffer()],
    ['large.jpg', await large.clone().jpeg().toBuffer()],
    ['claims.png', png(2_000_000_000, 2_000_000_000, [chunk('IDAT', zeros.subarray(0, 100))])],
    ['empty.png', png(5000, 5000, [])],
    ['text.png', png(10, 10, [chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), zeros])), chunk('IDAT', zeros)])],
    ['frames.gif', await sharp(frames, { raw: { width: 1500, height: 1500 * 20, channels: 3, pageHeight: 1500 } }).gif().toBuffer()],
    ['vast.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200000" height="200000"><rect width="100%" height="100%"/></svg>')],
    ['entities.svg', Buffer.from(`<!DOCTYPE svg [<!ENTITY a "${'a'.repeat(100)}">${Array.from({ length: 9 }, (_none, depth) =>
      `<!ENTITY ${'bcdefghij'[depth]} "${`&${'abcdefghij'[depth]};`.repeat(10)}">`).join('')}]><svg xmlns="http://www.w3.org/2000/svg"><text>&j;</text></svg>`)],
  ])
}

describe('images that are more than they seem', function () {
  this.timeout(120_000)
  let world: World
  let images: ReadonlyMap<string, Buffer>
  before(async () => {
    world = await createWorld({ settings: { limits: { uploadsPerAccount: 100 } } })
    images = await bombs()
  })
  after(() => world.close())

  const form = (name: string, field: string, image: Buffer): FormData => {
    const data = new FormData()
    data.append(field, new Blob([image as Uint8Array<ArrayBuffer>]), name)
    return data
  }
  /** Sends all of them at once, and answers what was said of each; others are served meanwhile, and memory stays. */
  const throwAll = async (send: (name: string, image: Buffer) => Promise<{ status: number, body: unknown }>): Promise<Record<string, { status: number, body: unknown }>> => {
    const before = process.memoryUsage().rss
    let most = before
    let isOver = false
    const thrown = Promise.all([...images].map(async ([name, image]) => [name, await send(name, image)] as const)).finally(() => { isOver = true })
    while (!isOver) {
      equal((await ask(world.server.url, world.bob.token, 'GET', '/users/me')).status, 200)
      most = Math.max(most, process.memoryUsage().rss)
    }
    const heard = Object.fromEntries(await thrown)
    ok(most - before < 400 * 1024 * 1024, `${Math.round((most - before) / 1024 / 1024)} MiB more`)
    return heard
  }

  it('are files like any other, without previews where nobody can make them', async () => {
    const { ada, channel, server: { url } } = world
    const heard = await throwAll((name, image) => ask(url, ada.token, 'POST', `/files?channel_id=${channel.id}&filename=${name}`, image, { 'Content-Type': 'application/octet-stream' }))
    deepEqual(Object.entries(heard).filter(([, { status }]) => status !== 201), [])
    for (const [name, { body }] of Object.entries(heard)) {
      const [info] = (body as FileUploadResponse).file_infos
      equal(info?.size, images.get(name)?.length)
      if (name !== 'text.png' && name !== 'frames.gif') ok(!info?.has_preview_image, name)
      const got = await ask(url, ada.token, 'GET', `/files/${info?.id}`)
      ok(Buffer.from(got.body as Uint8Array).equals(images.get(name) as Buffer), name)
    }
  })

  it('are no pictures of accounts or teams, and no emoji', async () => {
    const { ada, team, server: { url } } = world
    const isRefused = ([, { status }]: [string, { status: number }]): boolean => [400, 413, 429, 503].includes(status)
    const ways: Record<string, (name: string, image: Buffer) => Promise<{ status: number, body: unknown }>> = {
      account: (name, image) => ask(url, ada.token, 'POST', `/users/${ada.user.id}/image`, form(name, 'image', image)),
      team: (name, image) => ask(url, world.admin.token, 'POST', `/teams/${team.id}/image`, form(name, 'image', image)),
      emoji: (name, image) => {
        const data = form(name, 'image', image)
        data.append('emoji', JSON.stringify({ name: `bomb-${name.replace('.', '-')}`, creator_id: ada.user.id }))
        return ask(url, ada.token, 'POST', '/emoji', data)
      },
    }
    for (const [field, way] of Object.entries(ways)) {
      const heard = await throwAll(way)
      // These are small as people see them: the first frame is what a still picture shows.
      const harmless = field === 'emoji' ? ['text.png'] : ['text.png', 'frames.gif']
      deepEqual(Object.entries(heard).filter((each) => !isRefused(each) && !harmless.includes(each[0])), [])
      for (const name of harmless) ok((heard[name]?.status ?? 500) < 500 || heard[name]?.status === 503, name)
    }
    deepEqual(world.server.complaints.filter((line) => /nobody foresaw/.test(line)), [])
  })
})
