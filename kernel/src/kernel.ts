import { randomBytes } from 'node:crypto'
import { accountLimits, createPasswords, createThrottle, createTokens, type Access, type SessionStore } from './auth/index.ts'
import { createChat, type Chat } from './chat/index.ts'
import { systemClock, type Clock } from './clock.ts'
import type { Settings } from './config/index.ts'
import { createHttpServer, createUpgrades, openNativeHttp, type HttpServer, type Upgrades } from './doors/index.ts'
import { createLocalBus, createTail, createWriter, type Tail } from './events/index.ts'
import { createIds, type Ids } from './ids.ts'
import { createOperations, createValidation, type Operations } from './operations/index.ts'
import { createHub, type Hub } from './realtime/index.ts'
import { createDatabase, holdDatabase, migrate, openDataFolder, parseConnectionString, startEmbeddedPostgres, type Database } from './storage/index.ts'
import type { Log } from './telemetry/index.ts'

export interface Kernel {
  readonly settings: Settings
  readonly log: Log
  readonly clock: Clock
  readonly ids: Ids
  readonly db: Database
  readonly tail: Tail
  readonly hub: Hub
  readonly chat: Chat
  readonly access: Access
  readonly sessions: SessionStore
  readonly operations: Operations
  readonly http: HttpServer
  readonly upgrades: Upgrades
  /** Begins to listen; call it when every door is open. Answers the port. */
  listen(): Promise<number>
  /** Tells sockets, lets posts under way be stored, and closes everything. */
  stop(): Promise<void>
}

export interface KernelOptions {
  readonly settings: Settings
  readonly log: Log
  readonly clock?: Clock
  /** One line per phase of the start. */
  readonly onPhase?: (phase: string) => void
}

/** How long requests under way may take when the server stops. */
const stopTimeoutMs = 5000

/** Builds a kernel: the one place inside it that knows all parts. */
export async function createKernel({ settings, log, clock = systemClock, onPhase = () => {} }: KernelOptions): Promise<Kernel> {
  const closers: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer().catch((error: unknown) => { log.warn('A part did not close', { error }) })
  }
  try {
    const folder = await openDataFolder(settings.dataFolder)
    closers.push(() => folder.release())
    onPhase(settings.databaseUrl ? 'Connecting to PostgreSQL' : 'Starting PostgreSQL')
    const embedded = settings.databaseUrl ? undefined : await startEmbeddedPostgres({ dataFolder: settings.dataFolder, log })
    if (embedded) closers.push(() => embedded.stop())
    const connection = embedded ? embedded.connection : parseConnectionString(settings.databaseUrl)
    const hold = await holdDatabase({ connection, log, mode: 'single' })
    closers.push(() => hold.release())
    const applied = await migrate({ connection, log })
    if (applied.length > 0) onPhase(`Updated the database (${applied.length} steps)`)
    const db = await createDatabase({ connection, log })
    closers.push(() => db.close())

    const ids = createIds({ clock, randomBytes })
    const bus = createLocalBus({ log })
    const writer = createWriter({ db, bus, clock })
    const tail = createTail({ db, bus, log })
    const chat = createChat({
      db, writer, settings, ids, clock, log, tokens: createTokens({ randomBytes }), passwords: createPasswords(),
      throttle: createThrottle({ clock, limits: accountLimits }),
    }, { onlineMembers: (channelId) => hub.usersIn(channelId) })
    await chat.load()
    const hub: Hub = createHub({ tail, bus, memberships: chat.memberships, log })
    const operations = createOperations({ implementations: chat.implementations, validation: createValidation() })
    const http = createHttpServer({ settings, sessions: chat.sessions, ids, log })
    const upgrades = createUpgrades({ listener: http.listener, settings })
    openNativeHttp({ http, operations, log })
    hub.start()
    await tail.start()
    closers.push(() => tail.stop())

    return {
      settings, log, clock, ids, db, tail, hub, chat, access: chat.access, sessions: chat.sessions, operations, http, upgrades,
      async listen() {
        await http.hapi.start()
        await new Promise<void>((resolve, reject) => {
          http.listener.once('error', (error: NodeJS.ErrnoException) => {
            const { host, port } = settings.listen
            reject(error.code === 'EADDRINUSE' ? new Error(`The address ${host}:${port} is taken by another program; stop that one or set ROOKERY_LISTEN.`, { cause: error }) : error)
          })
          http.listener.listen(settings.listen.port, settings.listen.host, () => { http.listener.removeAllListeners('error'); resolve() })
        })
        return (http.listener.address() as { port: number }).port
      },
      async stop() {
        hub.stop()
        const closed = new Promise((resolve) => { http.listener.close(resolve) })
        const impatience = setTimeout(() => { http.listener.closeAllConnections() }, stopTimeoutMs)
        // Connections that are kept alive become idle only when their last answer has gone out.
        const sweep = setInterval(() => { http.listener.closeIdleConnections() }, 20)
        await chat.batch.drain()
        await closed
        clearTimeout(impatience)
        clearInterval(sweep)
        await http.hapi.stop()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
