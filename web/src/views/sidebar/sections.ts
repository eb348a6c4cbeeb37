import type { Category, Channel } from '@rookery/sdk/protocol'
import type { Unread } from '../../data/index.ts'

/** A category as the sidebar shows it. */
export interface Section {
  readonly category: Category
  /** All channels in it, in their order. */
  readonly channels: readonly Channel[]
  /** Those on the screen: of a collapsed category only what is unread, and where one is. */
  readonly shown: readonly Channel[]
}

export interface Looks {
  channelOf(channelId: string): Channel | undefined
  unreadOf(channelId: string): Unread
  isMuted(channelId: string): boolean
  /** Conversations that were closed come back when something is written in them. */
  isClosed(channel: Channel): boolean
  nameOf(channel: Channel): string
  compareNames(a: string, b: string): number
  readonly currentId: string
  /** So many conversations stand in their category; those with something new always do. */
  readonly directMessageLimit: number
}

/** What wants attention: messages, in muted channels mentions alone. */
export const wantsAttention = ({ messages, mentions }: Unread, isMuted: boolean): boolean => mentions > 0 || (messages > 0 && !isMuted)

/** What the category holds: channels of the team here, conversations there; the others take both. */
export const canHold = ({ type }: Pick<Category, 'type'>, channel: Pick<Channel, 'type'>): boolean =>
  (type === 'channels' ? channel.type === 'O' || channel.type === 'P' : type !== 'direct_messages' || channel.type === 'D' || channel.type === 'G')

function sorted(channels: readonly Channel[], category: Category, looks: Looks): Channel[] {
  const { sorting, type } = category
  if (sorting === 'manual') return [...channels]
  if (sorting === 'recent' || (sorting === '' && type === 'direct_messages')) return [...channels].sort((a, b) => b.lastPostAt - a.lastPostAt)
  if (sorting === '' && type === 'favorites') return [...channels]
  const named = channels.map((channel) => [channel, looks.nameOf(channel)] as const)
  return named.sort((a, b) => Number(looks.isMuted(a[0].id)) - Number(looks.isMuted(b[0].id)) || looks.compareNames(a[1], b[1])).map(([channel]) => channel)
}

export function sectionsOf(sidebar: readonly Category[], looks: Looks): Section[] {
  const isUnread = (channel: Channel): boolean => wantsAttention(looks.unreadOf(channel.id), looks.isMuted(channel.id))
  const isHere = (channel: Channel): boolean => channel.id === looks.currentId
  const limited = (conversations: Channel[]): Channel[] => {
    if (conversations.length <= looks.directMessageLimit) return conversations
    const latest = new Set([...conversations].sort((a, b) => b.lastPostAt - a.lastPostAt).slice(0, looks.directMessageLimit))
    return conversations.filter((channel) => latest.has(channel) || isHere(channel) || isUnread(channel))
  }
  return sidebar.map((category) => {
    const present = category.channelIds.flatMap((id) => looks.channelOf(id) ?? [])
      .filter((channel) => isHere(channel) || (channel.deleteAt === 0 && (isUnread(channel) || !looks.isClosed(channel))))
    const channels = sorted(category.type === 'direct_messages' ? limited(present) : present, category, looks)
    return { category, channels, shown: category.isCollapsed ? channels.filter((channel) => isHere(channel) || isUnread(channel)) : channels }
  })
}

/** Only what is unread, and where one is: mentions first, then the latest. */
export function unreadsOf(sections: readonly Section[], looks: Looks): Channel[] {
  return sections.flatMap(({ channels }) => channels)
    .filter((channel) => channel.id === looks.currentId || wantsAttention(looks.unreadOf(channel.id), looks.isMuted(channel.id)))
    .sort((a, b) => Number(looks.unreadOf(b.id).mentions > 0) - Number(looks.unreadOf(a.id).mentions > 0) || b.lastPostAt - a.lastPostAt)
}

/**
 * What is unread, in a section of its own above all others: its channels stand there and not in their categories.
 * `keptId` was unread when it was opened and stays there as long as it is open.
 */
export function withUnreadsOnTop(sections: readonly Section[], looks: Looks, keptId: string): { readonly top: readonly Channel[], readonly sections: readonly Section[] } {
  const isOnTop = ({ id }: Channel): boolean => (id === keptId && id === looks.currentId) || wantsAttention(looks.unreadOf(id), looks.isMuted(id))
  return {
    top: unreadsOf(sections, looks).filter(isOnTop),
    sections: sections.map((section) => ({ ...section, shown: section.shown.filter((channel) => !isOnTop(channel)) })),
  }
}

/** The one after another in a list that goes round; the first where one stands nowhere in it. */
export function neighbour(ids: readonly string[], currentId: string, step: 1 | -1, isWanted: (id: string) => boolean = () => true): string | undefined {
  const from = ids.indexOf(currentId)
  for (let distance = 1; distance <= ids.length; distance += 1) {
    const place = from < 0 ? (step > 0 ? distance - 1 : ids.length - distance) : (from + step * distance + ids.length * distance) % ids.length
    const id = ids[place]
    if (id !== undefined && id !== currentId && isWanted(id)) return id
  }
  return undefined
}
