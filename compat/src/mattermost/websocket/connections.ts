import type { Hub } from '@rookery/kernel'
import type { Connection, ConnectionOwner } from './connection.ts'
import type { Socket } from './socket.ts'

/** In sweeps of one second, as Mattermost. */
const limits = { challenge: 5, ping: 60, silence: 100, closing: 2, away: 300 }
/** Connections without a socket: of one user, and of all. The oldest go first. */
const maximumAwayOfUser = 16
const maximumAway = 20_000

export interface Connections extends ConnectionOwner {
  find(connectionId: string): Connection | undefined
  /** A socket was opened; from now on it is looked after. */
  open(socket: Socket): void
  keep(connection: Connection): void
  /** A socket is gone; its connection waits for the client. */
  closed(socket: Socket): void
  /** Looks after everything once; runs each second by itself. */
  sweep(): void
  readonly sockets: ReadonlySet<Socket>
  readonly size: number
}

/** All connections and sockets of the door, with one sweep in place of timers of their own. */
export function createConnections({ hub }: { hub: Pick<Hub, 'remove' | 'attachmentChanged'> }): Connections {
  const connections = new Map<string, Connection>()
  const sockets = new Set<Socket>()
  // In the order in which their sockets went: all, and those of each user.
  const away = new Set<Connection>()
  const awayOfUser = new Map<string, Set<Connection>>()
  let sweeps = 1

  const goAway = (connection: Connection): void => {
    const ofUser = awayOfUser.get(connection.userId) ?? new Set()
    awayOfUser.set(connection.userId, ofUser.add(connection))
    away.add(connection)
    const [oldest] = ofUser.size > maximumAwayOfUser ? ofUser : away.size > maximumAway ? away : []
    if (oldest) forget(oldest)
  }
  const comeBack = (connection: Connection): void => {
    if (!away.delete(connection)) return
    const ofUser = awayOfUser.get(connection.userId)
    ofUser?.delete(connection)
    if (ofUser?.size === 0) awayOfUser.delete(connection.userId)
  }
  const forget = (connection: Connection): void => {
    comeBack(connection)
    if (connections.get(connection.id) === connection) connections.delete(connection.id)
    const { socket } = connection
    connection.socket = undefined
    if (socket) socket.connection = undefined
    hub.remove(connection)
  }
  const look = (socket: Socket): void => {
    if (socket.closedAt > 0) {
      if (sweeps - socket.closedAt >= limits.closing) socket.terminate()
    } else if (!socket.connection && sweeps - socket.openedAt > limits.challenge) socket.leave(1008, sweeps)
    else if (sweeps - socket.heardAt >= limits.silence) socket.terminate()
    else if (sweeps - socket.pingedAt >= limits.ping) {
      socket.pingedAt = sweeps
      socket.ping()
    }
  }
  return {
    now: () => sweeps,
    forget,
    find: (connectionId) => connections.get(connectionId),
    open(socket) { sockets.add(socket) },
    keep(connection) {
      comeBack(connection)
      connections.set(connection.id, connection)
      hub.attachmentChanged(connection)
    },
    closed(socket) {
      sockets.delete(socket)
      socket.outbox?.close()
      const { connection } = socket
      socket.connection = undefined
      if (connection?.socket !== socket) return
      connection.detach()
      goAway(connection)
      hub.attachmentChanged(connection)
    },
    sweep() {
      sweeps += 1
      for (const socket of sockets) look(socket)
      for (const connection of away) {
        if (sweeps - connection.detachedAt < limits.away) break
        forget(connection)
      }
    },
    sockets,
    get size() { return connections.size },
  }
}
