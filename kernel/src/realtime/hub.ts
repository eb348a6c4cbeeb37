import type { Audience, RookeryEvent } from '@rookery/sdk/protocol'
import type { MembershipCache } from '../auth/index.ts'
import type { Bus, Tail } from '../events/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Frame } from './frame.ts'

/** Somebody who listens: one websocket, or one that may come back soon. */
export interface Listener {
  /** Of the connection, as clients name it. */
  readonly id: string
  readonly userId: string
  readonly sessionId: string
  readonly format: WireFormat
  isAdmin: boolean
  /** Takes a frame that is meant for it. It must not throw. */
  deliver(frame: Frame, event: RookeryEvent): void
  /** Its session has ended, or the server goes away. */
  end(reason: EndReason): void
}

export type EndReason = 'session_ended' | 'server_stops'

/** A part of an event for an audience; the frame may differ by who receives it, made once per variant. */
export interface Message {
  readonly audience: Audience
  frameFor(listener: Listener): Frame | undefined
}

/** How a door tells events. Each event is encoded once for all of its listeners. */
export interface WireFormat {
  readonly name: string
  encode(event: RookeryEvent): readonly Message[]
}

export interface Hub {
  /** From now on the listener is told of events. Resolves when its memberships are known. */
  add(listener: Listener): Promise<void>
  remove(listener: Listener): void
  listenersOf(userId: string): readonly Listener[]
  isListening(userId: string): boolean
  /** Listening members of a channel. */
  usersIn(channelId: string): string[]
  /** Calls back after somebody's first listener came or last one went. */
  onPresence(callback: (userId: string, isListening: boolean) => void): void
  readonly size: number
  start(): void
  stop(): void
}

interface Entry { readonly listener: Listener, readonly channels: Set<string>, readonly teams: Set<string>, changes: RookeryEvent[] | undefined }
type Index = Map<string, Set<Entry>>

const put = (index: Index, key: string, entry: Entry): void => {
  const known = index.get(key)
  if (known) known.add(entry)
  else index.set(key, new Set([entry]))
}
const drop = (index: Index, key: string, entry: Entry): void => {
  const known = index.get(key)
  if (known?.delete(entry) && known.size === 0) index.delete(key)
}

/** Brings events of the log and of the bus to those who listen, by the memberships of the moment of delivery. */
export function createHub({ tail, bus, memberships, log }: { tail: Tail, bus: Bus, memberships: MembershipCache, log: Log }): Hub {
  const entries = new Map<Listener, Entry>()
  const byUser: Index = new Map()
  const byChannel: Index = new Map()
  const byTeam: Index = new Map()
  const formats = new Map<WireFormat, number>()
  const presenceCallbacks: ((userId: string, isListening: boolean) => void)[] = []
  const stops: (() => void)[] = []
  const of = (index: Index, key: string): Iterable<Entry> => index.get(key) ?? []

  const candidates = (audience: Audience): Iterable<Entry> => {
    if (audience.userId) return of(byUser, audience.userId)
    if (audience.channelId) return of(byChannel, audience.channelId)
    if (audience.teamId) return of(byTeam, audience.teamId)
    return entries.values()
  }
  const belongs = ({ listener, channels, teams }: Entry, audience: Audience): boolean => {
    if (audience.connectionId && audience.connectionId !== listener.id) return false
    if (audience.omitConnectionId === listener.id) return false
    if (audience.omitUserIds?.includes(listener.userId)) return false
    if (audience.adminsOnly && !listener.isAdmin) return false
    // To one's own user id things are said about channels that one is not in any more.
    if (audience.userId) return true
    if (audience.channelId) return channels.has(audience.channelId)
    return !audience.teamId || teams.has(audience.teamId)
  }
  const deliver = (event: RookeryEvent): void => {
    for (const format of formats.keys()) {
      for (const message of format.encode(event)) {
        for (const entry of candidates(message.audience)) {
          if (entry.listener.format !== format || !belongs(entry, message.audience)) continue
          const frame = message.frameFor(entry.listener)
          if (frame) entry.listener.deliver(frame, event)
        }
      }
    }
  }

  const joinChannel = (entry: Entry, channelId: string): void => { entry.channels.add(channelId); put(byChannel, channelId, entry) }
  const leaveChannel = (entry: Entry, channelId: string): void => { entry.channels.delete(channelId); drop(byChannel, channelId, entry) }
  const joinTeam = (entry: Entry, teamId: string): void => { entry.teams.add(teamId); put(byTeam, teamId, entry) }
  const leaveTeam = (entry: Entry, teamId: string): void => { entry.teams.delete(teamId); drop(byTeam, teamId, entry) }

  const change = (userId: string, event: RookeryEvent, apply: (entry: Entry) => void): void => {
    for (const entry of of(byUser, userId)) {
      if (entry.changes) entry.changes.push(event)
      else apply(entry)
    }
  }
  const learnJoins = (event: RookeryEvent): void => {
    if (event.name === 'channelMember.added') {
      const { userId, channelId } = event.payload as { userId: string, channelId: string }
      change(userId, event, (entry) => { joinChannel(entry, channelId) })
    } else if (event.name === 'channel.created') {
      const { memberIds, channel } = event.payload as { memberIds: string[], channel: { id: string } }
      for (const userId of memberIds) change(userId, event, (entry) => { joinChannel(entry, channel.id) })
    } else if (event.name === 'teamMember.added') {
      const { member } = event.payload as { member: { userId: string, teamId: string } }
      change(member.userId, event, (entry) => { joinTeam(entry, member.teamId) })
    }
  }
  const learnLeaves = (event: RookeryEvent): void => {
    if (event.name === 'channelMember.removed') {
      const { userId, channelId } = event.payload as { userId: string, channelId: string }
      change(userId, event, (entry) => { leaveChannel(entry, channelId) })
    } else if (event.name === 'teamMember.removed') {
      const { userId, teamId } = event.payload as { userId: string, teamId: string }
      change(userId, event, (entry) => { leaveTeam(entry, teamId) })
    } else if (event.name === 'user.updated') {
      const { user } = event.payload as { user: { id: string, roles: string, deleteAt: number } }
      for (const { listener } of [...of(byUser, user.id)]) {
        listener.isAdmin = user.roles.split(' ').includes('system_admin')
        if (user.deleteAt > 0) end(listener, 'session_ended')
      }
    } else if (event.name === 'session.ended') {
      const { userId, sessionIds } = event.payload as { userId: string, sessionIds: string[] | null }
      for (const { listener } of [...of(byUser, userId)]) {
        if (!sessionIds || sessionIds.includes(listener.sessionId)) end(listener, 'session_ended')
      }
    }
  }
  const take = (event: RookeryEvent): void => {
    try {
      learnJoins(event)
      deliver(event)
      learnLeaves(event)
    } catch (error) {
      log.error('An event could not be delivered', { event: event.name, error })
    }
  }
  const remove = (listener: Listener): void => {
    const entry = entries.get(listener)
    if (!entry) return
    entries.delete(listener)
    for (const id of entry.channels) drop(byChannel, id, entry)
    for (const id of entry.teams) drop(byTeam, id, entry)
    drop(byUser, listener.userId, entry)
    const left = (formats.get(listener.format) ?? 1) - 1
    if (left === 0) formats.delete(listener.format)
    else formats.set(listener.format, left)
    if (!byUser.has(listener.userId)) for (const callback of presenceCallbacks) callback(listener.userId, false)
  }
  const end = (listener: Listener, reason: EndReason): void => {
    remove(listener)
    listener.end(reason)
  }

  return {
    async add(listener) {
      const isFirst = !byUser.has(listener.userId)
      const entry: Entry = { listener, channels: new Set(), teams: new Set(), changes: [] }
      entries.set(listener, entry)
      put(byUser, listener.userId, entry)
      formats.set(listener.format, (formats.get(listener.format) ?? 0) + 1)
      try {
        const mine = await memberships.of(listener.userId)
        if (!entries.has(listener)) return
        for (const id of mine.channels.keys()) joinChannel(entry, id)
        for (const id of mine.teams.keys()) joinTeam(entry, id)
      } catch (error) {
        remove(listener)
        throw error
      }
      // What changed while the memberships were read; applying a change twice does no harm.
      const changes = entry.changes ?? []
      entry.changes = undefined
      for (const event of changes) { learnJoins(event); learnLeaves(event) }
      if (isFirst) for (const callback of presenceCallbacks) callback(listener.userId, true)
    },
    remove,
    listenersOf: (userId) => [...of(byUser, userId)].map((entry) => entry.listener),
    isListening: (userId) => byUser.has(userId),
    usersIn: (channelId) => [...new Set([...of(byChannel, channelId)].map((entry) => entry.listener.userId))],
    onPresence(callback) { presenceCallbacks.push(callback) },
    get size() { return entries.size },
    start() {
      stops.push(tail.onEvents((events) => { for (const event of events) take(event) }), bus.onEphemeral(take))
    },
    stop() {
      for (const stop of stops.splice(0)) stop()
      for (const listener of [...entries.keys()]) end(listener, 'server_stops')
    },
  }
}
