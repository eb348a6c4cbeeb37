import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { accountLimits, addressLimits, createPasswords, createThrottle, createTokens, mailLimits, type Access, type Passwords, type SessionStore } from './auth/index.ts'
import { createChat, type Chat } from './chat/index.ts'
import { systemClock, type Clock } from './clock.ts'
import { createLiveSettings, type LiveSettings, type Settings } from './config/index.ts'
import { createHttpServer, createSpool, createUpgrades, openNativeHttp, openNativeSocket, openPluginFrames, type HttpServer, type Spool, type Upgrades } from './doors/index.ts'
import { createLocalBus, createPartitions, createTail, createWriter, type Tail } from './events/index.ts'
import { createIds, type Ids } from './ids.ts'
import { createImages } from './images/index.ts'
import { createAlarmClock, createDueWork } from './jobs/index.ts'
import { createLanguages, type Languages } from './languages/index.ts'
import { createMails, createNotifications, createSmtp } from './notify/index.ts'
import { createOperations, createValidation, createWays, type Operations } from './operations/index.ts'
import { createSecretBox, createTextSeal } from './plugin-storage/index.ts'
import { createPlugins, type PluginBundle, type PluginHostSettings, type Plugins } from './plugins/index.ts'
import { createHub, createSubscriptions, createWatches, type Hub } from './realtime/index.ts'
import { createDatabase, createDiskFileStore, holdDatabase, migrate, openDataFolder, parseConnectionString, startEmbeddedPostgres, type Database } from './storage/index.ts'
import type { Log } from './telemetry/index.ts'

export interface Kernel {
  readonly settings: Settings
  readonly liveSettings: LiveSettings
  readonly log: Log
  readonly clock: Clock
  readonly ids: Ids
  readonly languages: Languages
  readonly db: Database
  readonly tail: Tail
  readonly hub: Hub
  readonly chat: Chat
  readonly access: Access
  readonly sessions: SessionStore
  readonly operations: Operations
  readonly http: HttpServer
  readonly upgrades: Upgrades
  readonly spool: Spool
  readonly plugins: Plugins
  /** Begins to listen; call it when every door is open. Answers the port. */
  listen(): Promise<number>
  /** Tells sockets, lets posts under way be stored, and closes everything. */
  stop(): Promise<void>
}

export interface KernelOptions {
  /** As environment and defaults say; an admin may change parts of them later. */
  readonly settings: Settings
  /** Names of settings that an admin cannot change: `section.name`. */
  readonly readOnlySettings?: ReadonlySet<string>
  readonly log: Log
  readonly clock?: Clock
  /** Code of plugins that lies ready. */
  readonly plugins?: readonly PluginBundle[]
  readonly pluginHosts?: Partial<PluginHostSettings>
  /** How soon a mail is tried again, and how long mentions are gathered for one. */
  readonly mailTimes?: { readonly firstRetryMs?: number, readonly gatherMs?: number }
  readonly passwords?: Passwords
  /** One line per phase of the start. */
  readonly onPhase?: (phase: string) => void
  /** Another server has taken the database: this one must end, or both would do the same work. */
  readonly onLost?: (error: Error) => void
}

/** How long requests under way may take when the server stops. */
const stopTimeoutMs = 5000

/** Builds a kernel: the one place inside it that knows all parts. */
export async function createKernel({ settings: base, readOnlySettings = new Set(), log, clock = systemClock, plugins: bundles = [], pluginHosts = {}, mailTimes = {}, passwords = createPasswords(), onPhase = () => {}, onLost = () => {} }: KernelOptions): Promise<Kernel> {
  const liveSettings = createLiveSettings({ base, readOnly: readOnlySettings })
  const { settings } = liveSettings
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
    const hold = await holdDatabase({ connection, log, mode: 'single', onLost })
    closers.push(() => hold.release())
    const applied = await migrate({ connection, log })
    if (applied.length > 0) onPhase(`Updated the database (${applied.length} steps)`)
    const db = await createDatabase({ connection, log, statementTimeoutMs: settings.database.statementTimeoutMs })
    closers.push(() => db.close())

    const files = await createDiskFileStore({ folder: join(settings.dataFolder, 'files') })
    const images = createImages({ log })
    const languages = createLanguages()
    const ids = createIds({ clock, randomBytes })
    const bus = createLocalBus({ log })
    const partitions = createPartitions({ db, clock, log })
    await partitions.start()
    closers.push(async () => { partitions.stop() })
    const writer = createWriter({ db, bus, clock })
    const tail = createTail({ db, bus, log })
    const alarm = createAlarmClock({ connection, log })
    const dueWork = createDueWork({ db, alarm, log, clock: () => clock.now() })
    const tokens = createTokens({ randomBytes })
    const box = createSecretBox({ key: settings.secretKey, dataFolder: settings.dataFolder })
    const settingSeal = createTextSeal(box, 'setting')
    const password = async (): Promise<string> => (settings.mail.password !== '' && liveSettings.isStored('mail.password') ? settingSeal.open(settings.mail.password) : settings.mail.password)
    const mails = createMails({ db, dueWork, smtp: createSmtp({ settings, password }), settings, clock, log, ...mailTimes })
    const notifications = createNotifications({ db, tail, mails, languages, settings, clock, log, times: mailTimes })
    const chat = createChat({
      db, files, images, languages, writer, tail, actionSeal: createTextSeal(box, 'post action'), settingSeal, mails, mailThrottle: createThrottle({ clock, limits: mailLimits }),
      postKinds: { assertMayWrite(context, type) { plugins.postKinds.assertMayWrite(context, type) }, assertProps(type, props) { plugins.postKinds.assertProps(type, props) } },
      blocks: { prepare: (context, blocks, before) => plugins.blocks.prepare(context, blocks, before), prepareShown: (context, blocks, place) => plugins.blocks.prepareShown(context, blocks, place) },
      ways: createWays({ operations: () => operations, hooks: () => plugins.hooks }),
      addedPermissions: { exists: (id) => plugins.permissions.exists(id), list: (locale) => plugins.permissions.list(locale) }, dueWork, settings, liveSettings, ids, clock, log, tokens, passwords,
      throttle: createThrottle({ clock, limits: accountLimits }), addressThrottle: createThrottle({ clock, limits: addressLimits }),
    }, {
      isListening: (userId) => hub.isListening(userId),
      usersIn: (channelId) => hub.usersIn(channelId),
      connectionsOf: (userId) => hub.listenersOf(userId).map((listener) => listener.id),
      watch: (userId, connectionId, userIds) => { subscriptions.watch(userId, connectionId, userIds) },
    })
    await chat.load()
    const hub: Hub = createHub({ tail, bus, memberships: chat.memberships, sessions: chat.sessions, settings, log })
    hub.onPresence((userId, isListening) => {
      chat.presence.listeningChanged(userId, isListening)
      if (!isListening) chat.looks.forget(userId)
    })
    const subscriptions = createSubscriptions({ hub, tail, clock, watches: createWatches({ hub, bus }) })
    const validation = createValidation()
    const plugins = createPlugins({
      db, files, writer, tail, dueWork, validation, languages, settings, ids, clock, log, bundles, box, tokens, hostSettings: pluginHosts, access: chat.access, directory: chat.directory, sessions: chat.sessions, bots: chat.bots,
      operations: () => operations, countListeners: (audience) => hub.countOf(audience),
    })
    await plugins.load()
    const operations: Operations = createOperations({
      implementations: [...chat.implementations, ...subscriptions.implementations, ...plugins.implementations], validation, hooks: plugins.hooks, added: plugins.operations,
    })
    const http = createHttpServer({ settings, sessions: chat.sessions, languages, ids, clock, log })
    const upgrades = createUpgrades({ http, settings })
    const spool = await createSpool({ folder: join(settings.dataFolder, 'spool'), settings })
    openNativeHttp({ http, operations, log, url: settings.url })
    openPluginFrames({ http, scripts: plugins.webParts })
    await openNativeSocket({ http, upgrades, sessions: chat.sessions, subscriptions, ids, settings, log })
    // The log may be read before the writer hears of its own commit: memory learns before sockets do.
    tail.onEvents((events) => { events.forEach(chat.learn) })
    hub.start()
    subscriptions.start()
    await tail.start()
    closers.push(() => tail.stop())
    await notifications.start()
    closers.push(() => notifications.stop())
    chat.fileSweeper.start()
    closers.push(() => chat.fileSweeper.stop())
    chat.sessionUpkeep.start()
    closers.push(() => chat.sessionUpkeep.stop())
    chat.presence.start()
    closers.push(() => chat.presence.stop())
    closers.push(() => plugins.stop())
    closers.push(() => mails.stop())
    // Alarms cost a while to start and are wanted after the doors are open; what is due waits in its rows.
    let jobs: Promise<void> = Promise.resolve()
    const startJobs = async (): Promise<void> => {
      await alarm.start()
      await dueWork.start()
    }
    closers.push(async () => {
      await jobs
      await dueWork.stop()
      await alarm.stop()
    })

    return {
      settings, liveSettings, log, clock, ids, languages, db, tail, hub, chat, access: chat.access, sessions: chat.sessions, operations, http, upgrades, spool, plugins,
      async listen() {
        await http.hapi.start()
        await plugins.start()
        await new Promise<void>((resolve, reject) => {
          http.listener.once('error', (error: NodeJS.ErrnoException) => {
            const { host, port } = settings.listen
            reject(error.code === 'EADDRINUSE' ? new Error(`The address ${host}:${port} is taken by another program; stop that one or set ROOKERY_LISTEN.`, { cause: error }) : error)
          })
          http.listener.listen(settings.listen.port, settings.listen.host, () => { http.listener.removeAllListeners('error'); resolve() })
        })
        await http.local.open(join(settings.dataFolder, 'rookery.sock'))
        jobs = startJobs().catch((error: unknown) => { log.error('Work that becomes due is not done: the alarm clock did not start', { error }) })
        return (http.listener.address() as { port: number }).port
      },
      async stop() {
        subscriptions.stop()
        hub.stop()
        upgrades.stop()
        const closed = Promise.all([new Promise((resolve) => { http.listener.close(resolve) }), http.local.close()])
        const impatience = setTimeout(() => { http.listener.closeAllConnections() }, stopTimeoutMs)
        // Connections that are kept alive become idle only when their last answer has gone out.
        const sweep = setInterval(() => { http.listener.closeIdleConnections() }, 20)
        await chat.batch.drain()
        await closed
        await chat.sentDrafts.drain()
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
