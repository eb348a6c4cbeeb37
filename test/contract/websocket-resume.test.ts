import { deepEqual, equal, notEqual } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { openBareSocket, type BareSocket } from '../harness/bare-socket.ts'
import type { Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('resuming the v4 websocket', () => {
  let world: World
  before(async () => {
    world = await createWorld()
    // Both are there already: no change of status comes between what is counted here.
    const { socket } = await begin()
    await write('first')
    await posted(socket, 'first')
    socket.close()
  })
  after(() => world.close())

  const write = (message: string): Promise<Post> => world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)
  const textsOf = (socket: BareSocket): string[] => socket.messages.filter(({ event }) => event === 'posted').map(({ data }) => (JSON.parse(String(data?.['post'])) as Post).message)
  const posted = (socket: BareSocket, text: string) => socket.message(({ event, data }) => event === 'posted' && (JSON.parse(String(data?.['post'])) as Post).message === text)
  const resume = (connectionId: string, sequence: number, { token }: Person = world.bob): Promise<BareSocket> =>
    openBareSocket(world.server.url, { token, query: `?connection_id=${connectionId}&sequence_number=${sequence}` })
  const begin = async (): Promise<{ socket: BareSocket, connectionId: string }> => {
    const socket = await openBareSocket(world.server.url, { token: world.bob.token, query: '?connection_id=&sequence_number=0' })
    return { socket, connectionId: String((await socket.event('hello')).data?.['connection_id']) }
  }
  const cut = async (socket: BareSocket): Promise<void> => {
    socket.webSocket.terminate()
    await socket.closed
  }

  it('counts events from hello 0, one by one, and no replies (pitfall 19)', async () => {
    const { socket } = await begin()
    socket.send({ seq: 1, action: 'ping' })
    await socket.reply(1)
    await write('one')
    await write('two')
    await posted(socket, 'two')
    deepEqual(socket.messages.filter(({ event }) => event).map(({ event, seq }) => [event, seq]), [['hello', 0], ['posted', 1], ['posted', 2]])
    socket.close()
  })

  it('replays what was missed without a hello, with the numbers it had', async () => {
    const { socket, connectionId } = await begin()
    await write('before')
    await posted(socket, 'before')
    await cut(socket)
    await write('missed one')
    await write('missed two')
    const again = await resume(connectionId, 2)
    await write('after')
    await posted(again, 'after')
    deepEqual(again.messages.map(({ event, seq }) => [event, seq]), [['posted', 2], ['posted', 3], ['posted', 4]])
    deepEqual(textsOf(again), ['missed one', 'missed two', 'after'])
    // A client that never saw the last frames asks for them again.
    await cut(again)
    const third = await resume(connectionId, 3)
    await posted(third, 'after')
    deepEqual(textsOf(third), ['missed two', 'after'])
    third.close()
  })

  it('goes on without a word where nothing was missed, and takes over from a socket that only seems to live', async () => {
    const { socket, connectionId } = await begin()
    const again = await resume(connectionId, 1)
    await socket.closed
    await write('next')
    await posted(again, 'next')
    deepEqual(again.messages.map(({ event, seq }) => [event, seq]), [['posted', 1]])
    again.close()
  })

  it('begins anew for another user, for numbers that lie ahead and for connections that nobody knows', async () => {
    const { socket, connectionId } = await begin()
    await cut(socket)
    const foreign = await resume(connectionId, 1, world.ada)
    notEqual((await foreign.event('hello')).data?.['connection_id'], connectionId)
    const ahead = await resume(connectionId, 7)
    const hello = await ahead.event('hello')
    equal(hello.seq, 0)
    notEqual(hello.data?.['connection_id'], connectionId)
    // The one that could not be resumed is gone.
    const late = await resume(connectionId, 1)
    notEqual((await late.event('hello')).data?.['connection_id'], connectionId)
    for (const each of [foreign, ahead, late]) each.close()
  })

  it('keeps 128 events for a client that is away, and no more', async () => {
    const { socket, connectionId } = await begin()
    await cut(socket)
    for (let index = 0; index < 128; index += 1) await write(`kept ${index}`)
    const again = await resume(connectionId, 1)
    await posted(again, 'kept 127')
    equal(textsOf(again).length, 128)
    await cut(again)
    for (let index = 0; index < 129; index += 1) await write(`lost ${index}`)
    // The last one is stored, but may not have been told yet.
    await world.server.kernel.tail.settled()
    const late = await resume(connectionId, 129)
    const hello = await late.event('hello')
    equal(hello.seq, 0)
    notEqual(hello.data?.['connection_id'], connectionId)
    late.close()
  })
})
