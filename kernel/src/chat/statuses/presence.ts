import { statusChanged, type Post, type RookeryEvent, type StatusName } from '@rookery/sdk/protocol'
import type { Clock } from '../../clock.ts'
import type { Settings } from '../../config/index.ts'
import type { Writer } from '../../events/index.ts'
import type { DueWork } from '../../jobs/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { StatusRecord, StatusStore } from './status-store.ts'

/** What only the hub knows, which is made after the chat. */
export interface Listening {
  isListening(userId: string): boolean
  /** Listening members of a channel. */
  usersIn(channelId: string): string[]
  connectionsOf(userId: string): string[]
  /** Tells a native socket of the statuses of these people from now on, instead of those before. Throws `not_a_socket`. */
  watch(userId: string, connectionId: string, userIds: readonly string[]): void
}

/** How statuses follow from coming, going, idling and what people choose. */
export interface Presence {
  /** Somebody's first connection came or the last one went. */
  listeningChanged(userId: string, isListening: boolean): void
  /** Somebody did something; it never fails and never waits. */
  noteActivity(userId: string): void
  /** Posts and reading are activity. */
  follow(event: RookeryEvent): void
  noteIdle(userId: string): Promise<void>
  choose(userId: string, status: StatusName, dndEndAt?: number): Promise<StatusRecord>
  /** Members of a channel who listen and are online. */
  onlineMembers(channelId: string): string[]
  /** Looks who has become idle or has been gone long enough. */
  tick(): void
  load(): Promise<void>
  start(): void
  stop(): Promise<void>
}

interface Parts {
  readonly store: StatusStore
  readonly writer: Writer
  readonly dueWork: DueWork
  readonly listening: Listening
  readonly settings: Settings['statuses']
  readonly clock: Clock
  readonly log: Log
}

const dndEnd = 'status.dndEnd'
const tickMs = 1000
const ticksPerFlush = 5
/** The alarm may ring a little early, by another clock. */
const earlyMs = 100

export function createPresence({ store, writer, dueWork, listening, settings, clock, log }: Parts): Presence {
  const awayMs = settings.awaySeconds * 1000
  const graceMs = settings.offlineGraceSeconds * 1000
  /** Who is online by itself, and may become idle. */
  const online = new Set<string>()
  /** When those who do not listen any more are offline. Phones close their connection whenever the screen goes dark. */
  const leavingAt = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let ticks = 0

  const tell = ({ userId, status }: StatusRecord): void => {
    if (status === 'online') online.add(userId)
    else online.delete(userId)
    writer.publish(statusChanged, { userId, status }, { userId })
  }
  const apply = (before: StatusRecord, changes: Partial<StatusRecord>): void => {
    const after = { ...before, ...changes }
    store.set(after)
    if (after.status !== before.status) tell(after)
  }
  const expectLeaving = (userId: string, afterMs: number): void => {
    if (!listening.isListening(userId)) leavingAt.set(userId, clock.now() + afterMs)
  }
  const beOnline = (record: StatusRecord): void => {
    if (record.isManual) return
    apply(record, { status: 'online', lastActivityAt: clock.now() })
    // Whoever acts without listening is gone as soon as one who listens would be idle.
    expectLeaving(record.userId, awayMs)
  }
  const beOffline = (userId: string): void => {
    const record = store.get(userId)
    if (!record.isManual && record.status !== 'offline') apply(record, { status: 'offline' })
  }
  const beAwayIfIdle = (record: StatusRecord): void => {
    if (record.isManual || record.status !== 'online' || clock.now() - record.lastActivityAt < awayMs) return
    apply(record, { status: 'away' })
  }
  const flush = (): void => { store.flush().catch((error: unknown) => { log.warn('Statuses were not written; they are tried again', { error }) }) }

  const choose = async (userId: string, status: StatusName, dndEndAt = 0): Promise<StatusRecord> => {
    await store.ensure([userId])
    const before = store.get(userId)
    const now = clock.now()
    const after: StatusRecord = {
      ...before, status, isManual: status !== 'online', dndEndAt: status === 'dnd' ? dndEndAt : 0,
      lastActivityAt: status === 'online' || status === 'offline' ? now : before.lastActivityAt,
      previousStatus: before.status === 'dnd' ? before.previousStatus : before.status,
    }
    await store.write(after, (transaction) => after.dndEndAt > 0
      ? dueWork.put(transaction, { kind: dndEnd, key: userId, dueAt: after.dndEndAt, payload: {} })
      : dueWork.remove(transaction, dndEnd, userId))
    if (status === 'online') expectLeaving(userId, awayMs)
    tell(after)
    return after
  }
  const endDnd = async (userId: string): Promise<void> => {
    await store.ensure([userId])
    const before = store.get(userId)
    if (before.status !== 'dnd' || before.dndEndAt === 0 || before.dndEndAt > clock.now() + earlyMs) return
    const after: StatusRecord = { ...before, status: before.previousStatus, isManual: false, dndEndAt: 0 }
    await store.write(after)
    expectLeaving(userId, graceMs)
    tell(after)
  }
  dueWork.on(dndEnd, ({ key }) => endDnd(key))

  const tick = (): void => {
    const now = clock.now()
    for (const [userId, at] of leavingAt) {
      if (at > now) continue
      leavingAt.delete(userId)
      if (!listening.isListening(userId)) beOffline(userId)
    }
    for (const userId of online) beAwayIfIdle(store.get(userId))
    ticks += 1
    if (ticks % ticksPerFlush === 0) flush()
  }
  const noteActivity = (userId: string): void => {
    if (store.holds(userId)) beOnline(store.get(userId))
    else store.ensure([userId]).then(() => { beOnline(store.get(userId)) }).catch((error: unknown) => { log.warn('A status was not read', { error }) })
  }

  return {
    listeningChanged(userId, isListening) {
      if (isListening) {
        leavingAt.delete(userId)
        noteActivity(userId)
      } else leavingAt.set(userId, clock.now() + graceMs)
    },
    noteActivity,
    follow(event) {
      if (event.name === 'channels.viewed') noteActivity((event.payload as { userId: string }).userId)
      if (event.name !== 'post.created') return
      // Posts that say so do not show their author as being there, nor do those in which the server tells of somebody.
      const { post, isSetOnline = true } = event.payload as { post: Post, isSetOnline?: boolean }
      if (isSetOnline && !post.type.startsWith('system_')) noteActivity(post.userId)
    },
    async noteIdle(userId) {
      await store.ensure([userId])
      beAwayIfIdle(store.get(userId))
    },
    choose,
    onlineMembers: (channelId) => listening.usersIn(channelId).filter((userId) => store.get(userId).status === 'online'),
    tick,
    async load() {
      for (const userId of await store.load()) {
        if (store.get(userId).status === 'online') online.add(userId)
        leavingAt.set(userId, clock.now() + graceMs)
      }
    },
    start() {
      timer = setInterval(tick, tickMs)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      await store.flush()
    },
  }
}
