import type { Audience, RookeryEvent } from '@rookery/sdk/protocol'
import type { Memberships } from '../auth/index.ts'
import type { Listener, WireFormat } from './listener.ts'

/** A listener with where it belongs: lists that are replaced, never changed; whether it is in one of them the index tells. */
export interface Entry {
  readonly listener: Listener
  channels: readonly string[]
  teams: readonly string[]
  /** Changes of membership that came while the memberships were read; undefined when they are known. */
  pending: RookeryEvent[] | undefined
}

type Index = Map<string, Set<Entry>>

/** False where it was there before. */
function put(index: Index, key: string, entry: Entry): boolean {
  const known = index.get(key)
  if (known?.has(entry)) return false
  if (known) known.add(entry)
  else index.set(key, new Set([entry]))
  return true
}

/** False where it was not there. */
function drop(index: Index, key: string, entry: Entry): boolean {
  const known = index.get(key)
  if (!known?.delete(entry)) return false
  if (known.size === 0) index.delete(key)
  return true
}

const none: readonly never[] = []

/** Listeners by user, channel and team, kept right by the events that change who belongs where. */
export class ListenerIndex {
  readonly #entries = new Map<Listener, Entry>()
  /** Lists that are replaced, never changed: most people have one socket, and a Set for each would cost 200 bytes. */
  readonly #byUser = new Map<string, readonly Entry[]>()
  readonly #byChannel: Index = new Map()
  readonly #byTeam: Index = new Map()
  readonly #formats = new Map<WireFormat, number>()

  get size(): number { return this.#entries.size }
  get formats(): Iterable<WireFormat> { return this.#formats.keys() }
  get listeners(): Iterable<Listener> { return this.#entries.keys() }
  has(listener: Listener): boolean { return this.#entries.has(listener) }
  get(listener: Listener): Entry | undefined { return this.#entries.get(listener) }
  ofUser(userId: string): readonly Entry[] { return this.#byUser.get(userId) ?? none }
  inChannel(channelId: string): Iterable<Entry> { return this.#byChannel.get(channelId) ?? none }

  add(listener: Listener): Entry {
    const entry: Entry = { listener, channels: none, teams: none, pending: [] }
    this.#entries.set(listener, entry)
    this.#byUser.set(listener.userId, this.ofUser(listener.userId).concat(entry))
    this.#formats.set(listener.format, (this.#formats.get(listener.format) ?? 0) + 1)
    return entry
  }

  /** From now on the entry is told of events. */
  settle(entry: Entry, memberships: Memberships): void {
    entry.channels = memberships.channels.ids
    entry.teams = memberships.teams.ids
    for (const id of entry.channels) put(this.#byChannel, id, entry)
    for (const id of entry.teams) put(this.#byTeam, id, entry)
    const pending = entry.pending ?? []
    entry.pending = undefined
    // Applying a change twice does no harm: what was read may know it already.
    for (const event of pending) {
      this.learnJoins(event)
      this.learnLeaves(event)
    }
  }

  remove(listener: Listener): boolean {
    const entry = this.#entries.get(listener)
    if (!entry) return false
    this.#entries.delete(listener)
    for (const id of entry.channels) drop(this.#byChannel, id, entry)
    for (const id of entry.teams) drop(this.#byTeam, id, entry)
    const others = this.ofUser(listener.userId).filter((other) => other !== entry)
    if (others.length > 0) this.#byUser.set(listener.userId, others)
    else this.#byUser.delete(listener.userId)
    const left = (this.#formats.get(listener.format) ?? 1) - 1
    if (left === 0) this.#formats.delete(listener.format)
    else this.#formats.set(listener.format, left)
    return true
  }

  /** Those who are where the audience is. To one's own user id things are said about channels that one is not in any more. */
  candidates(audience: Audience): Iterable<Entry> {
    if (audience.userId) return this.ofUser(audience.userId)
    if (audience.channelId) return this.inChannel(audience.channelId)
    if (audience.teamId) return this.#byTeam.get(audience.teamId) ?? none
    return this.#entries.values()
  }

  countCandidates({ userId, channelId, teamId }: Audience): number {
    if (userId) return this.ofUser(userId).length
    if (channelId) return this.#byChannel.get(channelId)?.size ?? 0
    return teamId ? this.#byTeam.get(teamId)?.size ?? 0 : this.size
  }

  isInChannel(entry: Entry, channelId: string): boolean { return this.#byChannel.get(channelId)?.has(entry) ?? false }

  /** Whether the entry is among the candidates for the audience. */
  isCandidate(entry: Entry, audience: Audience): boolean {
    if (audience.userId) return audience.userId === entry.listener.userId
    if (audience.channelId) return this.isInChannel(entry, audience.channelId)
    return !audience.teamId || (this.#byTeam.get(audience.teamId)?.has(entry) ?? false)
  }

  /** Applied before an event is told: who joins hears of it. */
  learnJoins(event: RookeryEvent): void {
    if (event.name === 'channelMember.added') {
      const { userId, channelId } = event.payload as { userId: string, channelId: string }
      this.#change(userId, event, (entry) => { this.#joinChannel(entry, channelId) })
    } else if (event.name === 'channel.created') {
      const { memberIds, channel } = event.payload as { memberIds: string[], channel: { id: string } }
      for (const userId of memberIds) this.#change(userId, event, (entry) => { this.#joinChannel(entry, channel.id) })
    } else if (event.name === 'teamMember.added') {
      const { member } = event.payload as { member: { userId: string, teamId: string } }
      this.#change(member.userId, event, (entry) => { this.#joinTeam(entry, member.teamId) })
    }
  }

  /** Applied after an event was told: who leaves hears of it. */
  learnLeaves(event: RookeryEvent): void {
    if (event.name === 'channelMember.removed') {
      const { userId, channelId } = event.payload as { userId: string, channelId: string }
      this.#change(userId, event, (entry) => { this.#leaveChannel(entry, channelId) })
    } else if (event.name === 'teamMember.removed') {
      const { userId, teamId } = event.payload as { userId: string, teamId: string }
      this.#change(userId, event, (entry) => { this.#leaveTeam(entry, teamId) })
    }
  }

  #joinChannel(entry: Entry, id: string): void { if (put(this.#byChannel, id, entry)) entry.channels = entry.channels.concat(id) }
  #joinTeam(entry: Entry, id: string): void { if (put(this.#byTeam, id, entry)) entry.teams = entry.teams.concat(id) }
  #leaveChannel(entry: Entry, id: string): void { if (drop(this.#byChannel, id, entry)) entry.channels = entry.channels.filter((each) => each !== id) }
  #leaveTeam(entry: Entry, id: string): void { if (drop(this.#byTeam, id, entry)) entry.teams = entry.teams.filter((each) => each !== id) }

  #change(userId: string, event: RookeryEvent, apply: (entry: Entry) => void): void {
    for (const entry of this.ofUser(userId)) {
      if (!entry.pending) apply(entry)
      // A creation and a removal are each learnt in two steps: it waits once.
      else if (entry.pending.at(-1) !== event) entry.pending.push(event)
    }
  }
}
