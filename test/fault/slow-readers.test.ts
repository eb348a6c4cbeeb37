import { equal, notEqual, ok } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import { openBareSocket, type BareSocket } from '../harness/bare-socket.ts'
import { createWorld, type World } from '../harness/world.ts'

const isNightly = process.env['ROOKERY_NIGHTLY'] === '1'
const sockets = isNightly ? 1000 : 300
const slowSockets = 50
/** So much is sent to each slow socket: more than the buffers of the network on its way take. */
const largePosts = 20
const largeBytes = 700_000
const smallPosts = 20
const megabyte = 1024 * 1024

describe('readers that stop reading (F8)', () => {
  let world: World
  before(async () => { world = await createWorld({ settings: { limits: { socketsPerAccount: sockets } } }) })
  after(() => world.close())

  it('are let go within a bound of memory, while others receive everything', async function () {
    this.timeout(120_000)
    const { server: { url }, admin, ada, bob, team, channel } = world
    const heavy = await admin.client.createChannel({ team_id: team.id, name: 'heavy', display_name: 'Heavy', type: 'P' } as Channel)
    await admin.client.addToChannel(bob.user.id, heavy.id)
    const open = (token: string): Promise<BareSocket> => openBareSocket(url, { token, query: '?connection_id=&sequence_number=0' })
    const slow: { socket: BareSocket, id: string }[] = []
    for (let index = 0; index < slowSockets; index += 1) {
      const socket = await open(bob.token)
      slow.push({ socket, id: String((await socket.event('hello')).data?.['connection_id']) })
      socket.webSocket.pause()
    }
    const fast: BareSocket[] = []
    for (let index = slowSockets; index < sockets; index += 1) {
      const socket = await open(ada.token)
      await socket.event('hello')
      fast.push(socket)
    }
    equal(world.server.kernel.hub.size, sockets)

    const memoryBefore = process.memoryUsage().rss
    let memoryPeak = 0
    for (let index = 0; index < Math.max(largePosts, smallPosts); index += 1) {
      await admin.client.createPost({ channel_id: heavy.id, message: `large ${index}`, props: { filler: 'x'.repeat(largeBytes) } } as unknown as Post)
      await admin.client.createPost({ channel_id: channel.id, message: `small ${index}` } as Post)
      memoryPeak = Math.max(memoryPeak, process.memoryUsage().rss)
    }
    const textOf = ({ event, data }: { event?: string, data?: Record<string, unknown> }): string => event === 'posted' ? (JSON.parse(String(data?.['post'])) as Post).message : ''
    for (const socket of fast) {
      await socket.message((message) => textOf(message) === `small ${smallPosts - 1}`)
      const texts = socket.messages.map(textOf).filter((text) => text.startsWith('small'))
      equal(texts.join(), Array.from({ length: smallPosts }, (_, index) => `small ${index}`).join())
    }
    // How long the others wait beside them is a ratio, which `npm run bench` prints (test/bench/measures/slow-readers.ts).
    // A waiting megabyte each, one frame that is larger, and what the process needs for the posts themselves.
    ok(memoryPeak - memoryBefore < slowSockets * 3 * megabyte + 150 * megabyte, `${Math.round((memoryPeak - memoryBefore) / megabyte)} MB`)

    // All that did not read are gone, with what waited for them.
    equal(world.server.kernel.hub.size, sockets - slowSockets)
    for (const { socket } of slow) socket.webSocket.terminate()
    let anew = 0
    for (const { id } of slow.slice(0, 10)) {
      const again = await openBareSocket(url, { token: bob.token, query: `?connection_id=${id}&sequence_number=1` })
      const first = await again.message((message) => message.event === 'hello')
      equal(first.seq, 0)
      notEqual(first.data?.['connection_id'], id)
      anew += 1
      again.close()
    }
    equal(anew, 10)
    for (const socket of fast) socket.webSocket.terminate()
  })
})
