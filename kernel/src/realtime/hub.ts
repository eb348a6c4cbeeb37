import { RookeryError, type Audience, type RookeryEvent } from '@rookery/sdk/protocol'
import type { MembershipCache, SessionStore } from '../auth/index.ts'
import type { Settings } from '../config/index.ts'
import type { Bus, Tail } from '../events/index.ts'
import type { Log } from '../telemetry/index.ts'
import { ListenerIndex, type Entry } from './listener-index.ts'
import type { EndReason, Listener, Message, WireFormat } from './listener.ts'

export interface Hub {
  /** From when this resolves the listener is told of all events that it may see, and of none before. Throws `too_many_sockets`. */
  add(listener: Listener): Promise<void>
  remove(listener: Listener): void
  has(listener: Listener): boolean
  /** To be called after a listener's client went away or came back. */
  attachmentChanged(listener: Listener): void
  listenersOf(userId: string): readonly Listener[]
  /** Whether a client of the user is there now. */
  isListening(userId: string): boolean
  /** Members of a channel whose client is there now. */
  usersIn(channelId: string): string[]
  /** How many are where an audience is: so many frames an event of it takes, or a few less. */
  countOf(audience: Audience): number
  /** Calls back after somebody's first client came or last one went. */
  onPresence(callback: (userId: string, isListening: boolean) => void): void
  /** Whether an event of this audience is for the listener, by present membership. */
  isFor(listener: Listener, audience: Audience): Promise<boolean>
  readonly size: number
  /** Up to here the log has been told; undefined before the first event. */
  readonly cursor: string | undefined
  start(): void
  stop(): void
}

export interface HubParts {
  readonly tail: Pick<Tail, 'onEvents'>
  readonly bus: Pick<Bus, 'onEphemeral'>
  readonly memberships: Pick<MembershipCache, 'of'>
  readonly sessions: Pick<SessionStore, 'find'>
  readonly settings: Pick<Settings, 'limits'>
  readonly log: Log
}

/** Where somebody is. */
type Channels = Pick<ReadonlySet<string>, 'has'>
const noChannels: Channels = { has: () => false }

/** Brings events of the log and of the bus to those who listen, by the memberships of the moment of delivery. */
export function createHub({ tail, bus, memberships, sessions, settings, log }: HubParts): Hub {
  const index = new ListenerIndex()
  const present = new Set<string>()
  const guests = new Set<Listener>()
  const presenceCallbacks: ((userId: string, isListening: boolean) => void)[] = []
  const stops: (() => void)[] = []
  // Events behind one that needs a membership which is not in memory: order goes before speed.
  const waiting: RookeryEvent[] = []
  let isHeld = false
  let cursor: string | undefined

  const mayKnowOf = ({ listener, channels }: Entry, userId: string, theirs: Channels): boolean =>
    !listener.isGuest || listener.userId === userId || channels.some((id) => theirs.has(id))
  /** Whether an audience leaves out none of those who are where it is. */
  const isMeant = ({ listener, pending }: Entry, audience: Audience): boolean => {
    if (pending) return false
    if (audience.connectionId && audience.connectionId !== listener.id) return false
    if (audience.omitConnectionId === listener.id) return false
    if (audience.omitUserIds?.includes(listener.userId)) return false
    return !audience.adminsOnly || listener.isAdmin
  }
  /** Channels of a user, at once where one of its connections knows them. */
  const knownChannelsOf = (userId: string): Channels | undefined => {
    const entry = index.ofUser(userId).find(({ pending }) => !pending)
    return entry && { has: (id) => index.isInChannel(entry, id) }
  }

  interface Parcel { readonly format: WireFormat, readonly message: Message, readonly visibleUserId: string | undefined, readonly adminsOnly: boolean }

  const pack = (event: RookeryEvent): Parcel[] => [...index.formats].flatMap((format) => format.encode(event).map((message) => ({
    // What the event itself restricts, no door can widen.
    format, message, visibleUserId: message.audience.visibleUserId ?? event.audience.visibleUserId, adminsOnly: event.audience.adminsOnly ?? false,
  })))
  const hand = (event: RookeryEvent, parcels: readonly Parcel[], channelsOf: ReadonlyMap<string, Channels>): void => {
    for (const { format, message, visibleUserId, adminsOnly } of parcels) {
      for (const entry of index.candidates(message.audience)) {
        const { listener } = entry
        if (listener.format !== format || !isMeant(entry, message.audience) || (adminsOnly && !listener.isAdmin)) continue
        if (visibleUserId && listener.isGuest && !mayKnowOf(entry, visibleUserId, channelsOf.get(visibleUserId) ?? noChannels)) continue
        const frame = message.frameFor(listener)
        if (frame) listener.deliver(frame, event)
      }
    }
    index.learnLeaves(event)
    learnAccount(event)
    if (event.cursor) cursor = event.cursor
  }
  const learnAccount = (event: RookeryEvent): void => {
    if (event.name === 'user.updated') {
      const { user } = event.payload as { user: { id: string, roles: string, deleteAt: number, locale: string } }
      const roles = user.roles.split(' ')
      for (const { listener } of index.ofUser(user.id)) {
        listener.isAdmin = roles.includes('system_admin')
        listener.isGuest = roles.includes('system_guest')
        if (listener.locale !== undefined) listener.locale = user.locale
        noteGuest(listener)
        if (user.deleteAt > 0) end(listener, 'session_ended')
      }
    } else if (event.name === 'session.ended') {
      const { userId, sessionIds } = event.payload as { userId: string, sessionIds: string[] | null }
      for (const { listener } of index.ofUser(userId)) {
        if (!sessionIds || sessionIds.includes(listener.sessionId)) end(listener, 'session_ended')
      }
    }
  }
  /** Tells an event; a promise where it has to read memberships first. */
  const tell = (event: RookeryEvent): Promise<void> | undefined => {
    index.learnJoins(event)
    const parcels = pack(event)
    const channelsOf = new Map<string, Channels>()
    const unknown: string[] = []
    if (guests.size > 0) {
      for (const { visibleUserId } of parcels) {
        if (!visibleUserId) continue
        const known = knownChannelsOf(visibleUserId)
        if (known) channelsOf.set(visibleUserId, known)
        else if (!unknown.includes(visibleUserId)) unknown.push(visibleUserId)
      }
    }
    if (unknown.length === 0) { hand(event, parcels, channelsOf); return undefined }
    return Promise.all(unknown.map(async (id) => { channelsOf.set(id, (await memberships.of(id)).channels) }))
      .catch((error: unknown) => { log.warn('Guests are not told of somebody whose channels could not be read', { event: event.name, error }) })
      .then(() => { hand(event, parcels, channelsOf) })
  }
  const complain = (event: RookeryEvent, error: unknown): void => { log.error('An event could not be delivered', { event: event.name, error }) }
  const take = (event: RookeryEvent): void => {
    if (isHeld) { waiting.push(event); return }
    try {
      const held = tell(event)
      if (!held) return
      isHeld = true
      held.catch((error: unknown) => { complain(event, error) }).finally(() => {
        isHeld = false
        for (let next = waiting.shift(); next; next = isHeld ? undefined : waiting.shift()) take(next)
      })
    } catch (error) {
      complain(event, error)
    }
  }

  const noteGuest = (listener: Listener): void => {
    if (listener.isGuest && index.has(listener)) guests.add(listener)
    else guests.delete(listener)
  }
  const notePresence = (userId: string): void => {
    let isHere = false
    for (const { listener, pending } of index.ofUser(userId)) {
      isHere = listener.isAttached && !pending
      if (isHere) break
    }
    if (isHere === present.has(userId)) return
    if (isHere) present.add(userId)
    else present.delete(userId)
    for (const callback of presenceCallbacks) callback(userId, isHere)
  }
  const remove = (listener: Listener): void => {
    if (!index.remove(listener)) return
    guests.delete(listener)
    notePresence(listener.userId)
  }
  const end = (listener: Listener, reason: EndReason): void => {
    remove(listener)
    listener.end(reason)
  }

  const assertRoom = (userId: string): void => {
    const maximum = settings.limits.socketsPerAccount
    let count = 0
    for (const { listener, pending } of index.ofUser(userId)) if (pending || listener.isAttached) count += 1
    if (count >= maximum) throw new RookeryError('too_many_sockets', { maximum })
  }

  return {
    async add(listener) {
      assertRoom(listener.userId)
      const entry = index.add(listener)
      noteGuest(listener)
      try {
        const mine = await memberships.of(listener.userId)
        // It may have ended between the look at its token and here, where nobody was there to be told.
        const isAlive = await sessions.find(listener.token)
        if (!index.has(listener)) return
        if (!isAlive) { end(listener, 'session_ended'); return }
        index.settle(entry, mine)
      } catch (error) {
        remove(listener)
        throw error
      }
      notePresence(listener.userId)
    },
    remove,
    has: (listener) => index.has(listener),
    attachmentChanged(listener) { notePresence(listener.userId) },
    listenersOf: (userId) => index.ofUser(userId).map((entry) => entry.listener),
    isListening: (userId) => present.has(userId),
    countOf: (audience) => (audience.connectionId ? 1 : index.countCandidates(audience)),
    usersIn: (channelId) => [...new Set([...index.inChannel(channelId)].map(({ listener }) => listener.userId))].filter((id) => present.has(id)),
    onPresence(callback) { presenceCallbacks.push(callback) },
    async isFor(listener, audience) {
      const entry = index.get(listener)
      if (!entry || !isMeant(entry, audience) || !index.isCandidate(entry, audience)) return false
      if (!audience.visibleUserId || !listener.isGuest) return true
      const theirs = knownChannelsOf(audience.visibleUserId) ?? (await memberships.of(audience.visibleUserId)).channels
      return mayKnowOf(entry, audience.visibleUserId, theirs)
    },
    get size() { return index.size },
    get cursor() { return cursor },
    start() {
      stops.push(tail.onEvents((events) => { for (const event of events) take(event) }), bus.onEphemeral(take))
    },
    stop() {
      for (const stop of stops.splice(0)) stop()
      for (const listener of [...index.listeners]) end(listener, 'server_stops')
    },
  }
}
