import { quietPostTypes, type Channel, type ChannelMember, type PayloadOf, type postCreated, type UnreadPosition } from '@rookery/sdk/protocol'

/** Threads are counted apart from their channels: what counts are roots. */
export interface Unread { readonly messages: number, readonly mentions: number }

export const nothingUnread: Unread = { messages: 0, mentions: 0 }

export function unreadOf(channel: Channel, member: ChannelMember | undefined): Unread {
  if (!member || channel.deleteAt > 0) return nothingUnread
  return { messages: Math.max(0, channel.totalMessageCountRoot - member.messageCountRoot), mentions: member.mentionCountRoot }
}

/** A muted channel shows mentions alone. */
export const isMuted = (member: ChannelMember | undefined): boolean => member?.notifyProps['mark_unread'] === 'mention'

type PostCreated = PayloadOf<typeof postCreated>

/** Posts of one channel have moments that grow: an event at or before the last one has been counted. */
const isCounted = ({ post }: PostCreated, channel: Channel): boolean => post.createAt <= channel.lastPostAt

export function channelWithPost(channel: Channel, event: PostCreated): Channel {
  const { post } = event
  if (quietPostTypes.includes(post.type) || isCounted(event, channel)) return channel
  const isRoot = post.rootId === ''
  return {
    ...channel, lastPostAt: post.createAt, totalMessageCount: channel.totalMessageCount + 1,
    ...(isRoot && { lastRootPostAt: post.createAt, totalMessageCountRoot: channel.totalMessageCountRoot + 1 }),
  }
}

/** The membership after a post: `channel` is the channel as it stood before it. */
export function memberWithPost(member: ChannelMember, channel: Channel, event: PostCreated): ChannelMember {
  const { post, mentions, mentionsEverybody } = event
  if (quietPostTypes.includes(post.type) || isCounted(event, channel)) return member
  const isRoot = post.rootId === ''
  if (post.userId === member.userId) {
    // Whoever writes has read what came before; a reply says so of its thread alone.
    if (!isRoot) return { ...member, messageCount: member.messageCount + 1 }
    return {
      ...member, lastViewedAt: post.createAt, mentionCount: 0, mentionCountRoot: 0,
      messageCount: channel.totalMessageCount + 1, messageCountRoot: channel.totalMessageCountRoot + 1,
    }
  }
  const countsBroadcasts = member.notifyProps['ignore_channel_mentions'] !== 'on'
  if (!mentions.includes(member.userId) && !(mentionsEverybody && countsBroadcasts)) return member
  return { ...member, mentionCount: member.mentionCount + 1, mentionCountRoot: member.mentionCountRoot + Number(isRoot) }
}

/** The membership after its owner has looked, here or elsewhere. */
export function memberWithView(member: ChannelMember, channel: Channel, viewedAt: number): ChannelMember {
  if (viewedAt < member.lastViewedAt) return member
  return {
    ...member, lastViewedAt: viewedAt, mentionCount: 0, mentionCountRoot: 0,
    messageCount: channel.totalMessageCount, messageCountRoot: channel.totalMessageCountRoot,
  }
}

export function memberWithPosition(member: ChannelMember, { lastViewedAt, messageCount, messageCountRoot, mentionCount, mentionCountRoot }: UnreadPosition): ChannelMember {
  return { ...member, lastViewedAt, messageCount, messageCountRoot, mentionCount, mentionCountRoot }
}
