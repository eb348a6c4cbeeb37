import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import type { Socket } from 'node:net'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { WebSocket } from 'ws'
import { openBareSocket, type BareSocket, type WireMessage } from '../harness/bare-socket.ts'
import { eventually } from '../harness/plugin-actions.ts'
import { createWorld, type World } from '../harness/world.ts'

const isNightly = process.env['ROOKERY_NIGHTLY'] === '1'
const sockets = isNightly ? 1000 : 300
const slowSockets = 50
/** Of each kind, in turn, so that what else the machine does falls on both. */
const rounds = isNightly ? 7 : 5
/** So much is sent to each of those that may be slow: more than the buffers of the network on its way take. */
const beats = 20
const largeBytes = 700_000
const megabyte = 1024 * 1024
/** How much longer others may wait because of them. */
const maximumRatio = 1.5

const textOf = ({ event, data }: WireMessage): string => event === 'posted' ? (JSON.parse(String(data?.['post'])) as Post).message : ''
const medianOf = (values: readonly number[]): number => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] as number

/** Takes what comes and does nothing with it, for next to nothing: the test is in the same process as the server. */
function sink(webSocket: WebSocket): void {
  const { _socket: socket } = webSocket as unknown as { readonly _socket: Socket }
  socket.removeAllListeners('data')
  socket.on('data', () => {})
}

describe('readers that stop reading (F8)', () => {
  let world: World
  let heavy: Channel
  const fast: BareSocket[] = []
  before(async () => {
    world = await createWorld({ settings: { limits: { socketsPerAccount: sockets } } })
    const { admin, bob, team } = world
    heavy = await admin.client.createChannel({ team_id: team.id, name: 'heavy', display_name: 'Heavy', type: 'P' } as Channel)
    await admin.client.addToChannel(bob.user.id, heavy.id)
  })
  after(async () => {
    for (const socket of fast) socket.webSocket.terminate()
    await world.close()
  })

  const open = (token: string): Promise<BareSocket> => openBareSocket(world.server.url, { token, query: '?connection_id=&sequence_number=0' })

  interface Round { readonly p99Ms: number, readonly grownBytes: number, readonly connectionIds: readonly string[] }

  /** Large posts for fifty, small ones for all others: how long the slowest hundredth of those waited. */
  const play = async (name: string, treat: (webSocket: WebSocket) => void): Promise<Round> => {
    const { admin, bob, channel } = world
    const treated: BareSocket[] = []
    const connectionIds: string[] = []
    for (let index = 0; index < slowSockets; index += 1) {
      const socket = await open(bob.token)
      treated.push(socket)
      connectionIds.push(String((await socket.event('hello')).data?.['connection_id']))
      treat(socket.webSocket)
    }
    equal(world.server.kernel.hub.size, sockets)
    const memoryBefore = process.memoryUsage().rss
    let memoryPeak = 0
    const waitedMs: number[] = []
    for (let beat = 0; beat < beats; beat += 1) {
      await admin.client.createPost({ channel_id: heavy.id, message: `large ${beat}`, props: { filler: 'x'.repeat(largeBytes) } } as unknown as Post)
      const startedAt = performance.now()
      const arrived = fast.map(async (socket) => {
        await socket.message((message) => textOf(message) === `${name} ${beat}`)
        waitedMs.push(performance.now() - startedAt)
      })
      await admin.client.createPost({ channel_id: channel.id, message: `${name} ${beat}` } as Post)
      await Promise.all(arrived)
      memoryPeak = Math.max(memoryPeak, process.memoryUsage().rss)
    }
    const expected = Array.from({ length: beats }, (_none, beat) => `${name} ${beat}`)
    for (const { messages } of fast) {
      deepEqual(messages.map(textOf).filter((text) => text.startsWith(name)), expected)
      messages.length = 0
    }
    const left = world.server.kernel.hub.size - fast.length
    equal(left, treat === sink ? slowSockets : 0, `of those that are ${name}`)
    for (const { webSocket } of treated) webSocket.terminate()
    await eventually(() => world.server.kernel.hub.size, (size) => size === fast.length)
    waitedMs.sort((one, other) => one - other)
    return { p99Ms: waitedMs[Math.floor(waitedMs.length * 0.99)] as number, grownBytes: memoryPeak - memoryBefore, connectionIds }
  }

  it('are let go within a bound of memory, while others receive everything as soon as ever', async function () {
    this.timeout(240_000)
    for (let index = slowSockets; index < sockets; index += 1) {
      const socket = await open(world.ada.token)
      await socket.event('hello')
      fast.push(socket)
    }
    await play('warming', sink)
    const calm: Round[] = []
    const slow: Round[] = []
    for (let round = 0; round < rounds; round += 1) {
      calm.push(await play(`calm ${round},`, sink))
      slow.push(await play(`slow ${round},`, (webSocket) => { webSocket.pause() }))
    }
    // A waiting megabyte each, one frame that is larger, and what the process needs for the posts themselves.
    for (const { grownBytes } of slow) ok(grownBytes < slowSockets * 3 * megabyte + 150 * megabyte, `${Math.round(grownBytes / megabyte)} MB`)
    const [calmMs, slowMs] = [calm, slow].map((all) => medianOf(all.map(({ p99Ms }) => p99Ms))) as [number, number]
    ok(slowMs <= calmMs * maximumRatio, `p99 of others ${slowMs.toFixed(1)} ms beside slow readers and ${calmMs.toFixed(1)} ms without: ${JSON.stringify([slow, calm].map((all) => all.map(({ p99Ms }) => Math.round(p99Ms))))}`)

    for (const id of (slow.at(-1) as Round).connectionIds.slice(0, 10)) {
      const again = await openBareSocket(world.server.url, { token: world.bob.token, query: `?connection_id=${id}&sequence_number=1` })
      const first = await again.message((message) => message.event === 'hello')
      equal(first.seq, 0)
      notEqual(first.data?.['connection_id'], id)
      again.webSocket.terminate()
    }
  })
})
