import { deepEqual, equal } from 'node:assert/strict'
import { buildFrame, sequenceSlot } from '@rookery/kernel'
import { Connection } from '../../src/mattermost/websocket/connection.ts'
import { createConnections } from '../../src/mattermost/websocket/connections.ts'
import { Socket } from '../../src/mattermost/websocket/socket.ts'

const frame = buildFrame(`{"seq":${sequenceSlot}}`)

/** A socket without a network that notes what is done with it. */
function createSocket(now: number): { socket: Socket, done: string[] } {
  const done: string[] = []
  // As ws makes them for a server, before a stream is given to them.
  const socket = new Socket(null as never, undefined as never, {} as never)
  socket.openedAt = socket.heardAt = socket.pingedAt = now
  socket.ping = () => { done.push('ping') }
  socket.terminate = () => { done.push('terminate') }
  socket.close = (code) => { done.push(`close ${code}`) }
  return { socket, done }
}

function createStage(): { connections: ReturnType<typeof createConnections>, removed: string[], connect: (id: string, userId?: string) => { connection: Connection, socket: Socket, done: string[] } } {
  const removed: string[] = []
  const connections = createConnections({ hub: { remove: (listener) => { removed.push(listener.id) }, attachmentChanged() {} } })
  return {
    connections, removed,
    connect(id, userId = 'ada') {
      const { socket, done } = createSocket(connections.now())
      const connection = new Connection(connections, { id, userId, format: { name: 'test', encode: () => [] }, acknowledges: false })
      connections.open(socket)
      connection.begin(socket, frame)
      connections.keep(connection)
      return { connection, socket, done }
    },
  }
}

describe('the sweep over v4 websockets', () => {
  it('pings each minute, cuts who is silent for a hundred seconds, and who does not answer a close', () => {
    const { connections, connect } = createStage()
    const silent = connect('silent')
    const alive = connect('alive')
    const closing = connect('closing')
    closing.socket.leave(1000, connections.now())
    for (let second = 0; second < 130; second += 1) {
      connections.sweep()
      if (second === 61) alive.socket.heardAt = connections.now()
      if (second === 2) deepEqual(closing.done, ['close 1000', 'terminate'].concat(closing.done.slice(2)))
    }
    deepEqual(silent.done.slice(0, 2), ['ping', 'terminate'])
    deepEqual(alive.done, ['ping', 'ping'])
  })

  it('closes sockets that show no token in five seconds', () => {
    const { connections } = createStage()
    const { socket, done } = createSocket(connections.now())
    connections.open(socket)
    for (let second = 0; second < 5; second += 1) connections.sweep()
    deepEqual(done, [])
    connections.sweep()
    deepEqual(done, ['close 1008'])
  })

  it('keeps a connection without its socket for five minutes', () => {
    const { connections, connect, removed } = createStage()
    const { connection, socket } = connect('away')
    connections.closed(socket)
    equal(connection.isAttached, false)
    for (let second = 0; second < 299; second += 1) connections.sweep()
    equal(connections.find('away'), connection)
    connections.sweep()
    equal(connections.find('away'), undefined)
    deepEqual(removed, ['away'])
  })

  it('lets go of a connection that missed more than can be sent again', () => {
    const { connections, connect, removed } = createStage()
    const { connection, socket } = connect('away')
    for (let index = 0; index < 500; index += 1) connection.deliver(frame)
    connections.closed(socket)
    for (let index = 0; index < 128; index += 1) connection.deliver(frame)
    equal(connection.canResume(501), true)
    deepEqual(removed, [])
    connection.deliver(frame)
    deepEqual(removed, ['away'])
    const large = buildFrame(`{"text":"${'x'.repeat(700_000)}"}`)
    const second = connect('large')
    connections.closed(second.socket)
    second.connection.deliver(large)
    second.connection.deliver(large)
    deepEqual(removed, ['away', 'large'])
  })

  it('keeps sixteen connections of one user that are away', () => {
    const { connections, connect, removed } = createStage()
    const other = connect('other', 'bob')
    connections.closed(other.socket)
    for (let index = 0; index < 18; index += 1) connections.closed(connect(`ada ${index}`).socket)
    deepEqual(removed, ['ada 0', 'ada 1'])
    equal(connections.size, 17)
  })
})
