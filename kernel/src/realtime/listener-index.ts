import type { Audience, RookeryEvent } from '@rookery/sdk/protocol'
import type { Memberships } from '../auth/index.ts'
import type { Listener, WireFormat } from './listener.ts'

/** A listener with where it belongs. */
export interface Entry {
  readonly listener: Listener
  readonly channels: Set<string>
  readonly teams: Set<string>
  /** Changes of membership that came while the memberships were read; undefined when they are known. */
  pending: RookeryEvent[] | undefined
}

type Index = Map<string, Set<Entry>>

function put(index: Index, key: string, entry: Entry): void {
  const known = index.get(key)
  if (known) known.add(entry)
  else index.set(key, new Set([entry]))
}

function drop(index: Index, key: string, entry: Entry): void {
  const known = index.get(key)
  if (known?.delete(entry) && known.size === 0) index.delete(key)
}

const none: readonly Entry[] = []

/** Listeners by user, channel and team, kept right by the events that change who belongs where. */
export class ListenerIndex {
  readonly #entries = new Map<Listener, Entry>()
  readonly #byUser: Index = new Map()
  readonly #byChannel: Index = new Map()
  readonly #byTeam: Index = new Map()
  readonly #formats = new Map<WireFormat, number>()

  get size(): number { return this.#entries.size }
  get formats(): Iterable<WireFormat> { return this.#formats.keys() }
  get listeners(): Iterable<Listener> { return this.#entries.keys() }
  has(listener: Listener): boolean { return this.#entries.has(listener) }
  get(listener: Listener): Entry | undefined { return this.#entries.get(listener) }
  ofUser(userId: string): Iterable<Entry> { return this.#byUser.get(userId) ?? none }
  inChannel(channelId: string): Iterable<Entry> { return this.#byChannel.get(channelId) ?? none }

  add(listener: Listener): Entry {
    const entry: Entry = { listener, channels: new Set(), teams: new Set(), pending: [] }
    this.#entries.set(listener, entry)
    put(this.#byUser, listener.userId, entry)
    this.#formats.set(listener.format, (this.#formats.get(listener.format) ?? 0) + 1)
    return entry
  }

  /** From now on the entry is told of events. */
  settle(entry: Entry, memberships: Memberships): void {
    for (const id of memberships.channels.keys()) this.#joinChannel(entry, id)
    for (const id of memberships.teams.keys()) this.#joinTeam(entry, id)
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
    drop(this.#byUser, listener.userId, entry)
    const left = (this.#formats.get(listener.format) ?? 1) - 1
    if (left === 0) this.#formats.delete(listener.format)
    else this.#formats.set(listener.format, left)
    return true
  }

  /** Those among whom the audience lies: the narrowest set that memory keeps. */
  candidates(audience: Audience): Iterable<Entry> {
    if (audience.userId) return this.ofUser(audience.userId)
    if (audience.channelId) return this.inChannel(audience.channelId)
    if (audience.teamId) return this.#byTeam.get(audience.teamId) ?? none
    return this.#entries.values()
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
      this.#change(userId, event, (entry) => { entry.channels.delete(channelId); drop(this.#byChannel, channelId, entry) })
    } else if (event.name === 'teamMember.removed') {
      const { userId, teamId } = event.payload as { userId: string, teamId: string }
      this.#change(userId, event, (entry) => { entry.teams.delete(teamId); drop(this.#byTeam, teamId, entry) })
    }
  }

  #joinChannel(entry: Entry, id: string): void { entry.channels.add(id); put(this.#byChannel, id, entry) }
  #joinTeam(entry: Entry, id: string): void { entry.teams.add(id); put(this.#byTeam, id, entry) }

  #change(userId: string, event: RookeryEvent, apply: (entry: Entry) => void): void {
    for (const entry of this.ofUser(userId)) {
      if (!entry.pending) apply(entry)
      // A creation and a removal are each learnt in two steps: it waits once.
      else if (entry.pending.at(-1) !== event) entry.pending.push(event)
    }
  }
}
