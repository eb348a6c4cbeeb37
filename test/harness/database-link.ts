import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import path from 'node:path'
import { formatConnectionString } from '../../kernel/src/storage/index.ts'
import type { TestDatabase } from './postgres.ts'

/** The network between a server and its database, which can fail in the ways of networks. */
export interface DatabaseLink {
  readonly connectionString: string
  /** Ends all connections and refuses new ones. */
  cut(): void
  /** Ends all connections on this side alone; the database goes on waiting for those who had them. New ones are let through. */
  abandon(): void
  /** From now on whoever connects is ended in the moment in which it has come in, in one piece with the greeting. */
  greetAndEnd(): void
  /** Nothing comes through any more, and nobody is told. */
  stall(): void
  /** As before; what was stalled flows on. */
  restore(): void
  close(): Promise<void>
}

/** Stands between a server and its database; what waits while the link stalls is held by the sockets. */
export async function linkToDatabase({ connection }: TestDatabase): Promise<DatabaseLink> {
  const { host, port = 5432 } = connection
  const sockets = new Set<Socket>()
  const clients = new Set<Socket>()
  const abandoned = new WeakSet<Socket>()
  let state: 'open' | 'stalled' | 'cut' | 'greeting' = 'open'
  const add = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => {}).on('close', () => { sockets.delete(socket) })
  }
  const server = createServer((client) => {
    add(client)
    if (state === 'cut') { client.destroy(); return }
    const database = add(host.startsWith('/') ? connect(path.join(host, `.s.PGSQL.${port}`)) : connect(port, host))
    client.pipe(database)
    if (state === 'greeting') endAfterGreeting(client, database)
    else database.pipe(client)
    clients.add(client)
    client.on('close', () => {
      clients.delete(client)
      if (!abandoned.has(client)) database.destroy()
    })
    database.on('close', () => { client.destroy() })
    if (state === 'stalled') for (const socket of [client, database]) socket.cork()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const end = (): void => { for (const socket of sockets) socket.destroy() }
  return {
    connectionString: formatConnectionString({ ...connection, host: '127.0.0.1', port: (server.address() as { port: number }).port }),
    cut() {
      state = 'cut'
      end()
    },
    abandon() {
      for (const client of clients) {
        abandoned.add(client)
        client.destroy()
      }
    },
    greetAndEnd() { state = 'greeting' },
    stall() {
      state = 'stalled'
      for (const socket of sockets) socket.cork()
    },
    restore() {
      state = 'open'
      for (const socket of sockets) socket.uncork()
    },
    async close() {
      end()
      server.close()
      await once(server, 'close')
    },
  }
}

const fatal = ((): Buffer => {
  const words = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0')
  const head = Buffer.from('E0000')
  head.writeInt32BE(words.length + 4, 1)
  return Buffer.concat([head, words])
})()

/** ReadyForQuery, of five bytes with its length, is the last of what Postgres sends to who has come in. */
function endAfterGreeting(client: Socket, database: Socket): void {
  database.on('data', (chunk: Buffer) => {
    const isReady = chunk.length >= 6 && chunk[chunk.length - 6] === 0x5a && chunk.readInt32BE(chunk.length - 5) === 5
    if (!isReady) { client.write(chunk); return }
    client.end(Buffer.concat([chunk, fatal]))
    database.destroy()
  })
}
