import { quietPostTypes, type ChannelMember, type PayloadOf, type postCreated, type StatusName, type User } from '@rookery/sdk/protocol'

type PostCreated = PayloadOf<typeof postCreated>
type Level = 'all' | 'mention' | 'none'

/** What decides whether somebody is told, beside the post itself. */
export interface NoticeFacts {
  readonly myId: string
  readonly account: User['notifyProps']
  /** Undefined for a conversation that begins with this post. */
  readonly member: Pick<ChannelMember, 'notifyProps'> | undefined
  readonly status: StatusName
  readonly areThreadsCollapsed: boolean
}

export interface Notice {
  readonly kind: 'direct' | 'mention' | 'reply' | 'message'
  readonly hasSound: boolean
}

const levelOf = (own: string | undefined, general: string | undefined, standard: Level): Level => {
  const value = own === undefined || own === 'default' ? general : own
  return value === 'all' || value === 'mention' || value === 'none' ? value : standard
}

/** Whether a post means its reader by name, by keyword, or by meaning everybody. */
function isMentioned({ mentions, mentionsEverybody }: PostCreated, { myId, account, member }: NoticeFacts): boolean {
  const ignores = member?.notifyProps['ignore_channel_mentions']
  const hearsBroadcasts = ignores === 'off' || (ignores !== 'on' && account['channel'] !== 'false')
  return mentions.includes(myId) || (mentionsEverybody && hearsBroadcasts)
}

/** Whether somebody is told of a post that is not on the screen, by the settings of the account and of the channel. */
export function noticeOf(event: PostCreated, facts: NoticeFacts): Notice | undefined {
  const { post, channel } = event
  const { myId, account, member, status, areThreadsCollapsed } = facts
  const isOwn = post.userId === myId && post.props['from_webhook'] !== 'true'
  const isTalk = channel.type === 'D' || channel.type === 'G'
  if (isOwn || status === 'dnd' || quietPostTypes.includes(post.type) || post.type.startsWith('system_')) return undefined
  // Whoever hears of a channel without belonging to it administers it.
  if ((!member && !isTalk) || member?.notifyProps['mark_unread'] === 'mention') return undefined

  const isReply = post.rootId !== '' && areThreadsCollapsed
  if (isReply && !event.followers.some(({ userId }) => userId === myId)) return undefined
  const level = isReply ? levelOf(member?.notifyProps['desktop_threads'], account['desktop_threads'], 'all') : levelOf(member?.notifyProps['desktop'], account['desktop'], 'mention')
  const isMention = isMentioned(event, facts)
  // What is written in a conversation is meant for those in it.
  const isDirect = isTalk && !isReply
  if (level === 'none' || (level === 'mention' && !isMention && !isDirect)) return undefined
  const sound = member?.notifyProps['desktop_sound']
  return {
    kind: isMention && !isDirect ? 'mention' : isReply ? 'reply' : isDirect ? 'direct' : 'message',
    hasSound: sound === 'on' || (sound !== 'off' && account['desktop_sound'] !== 'false'),
  }
}

/** Where a post shows: its channel, its thread, or both. */
export function placesOf({ channelId, rootId }: { readonly channelId: string, readonly rootId: string }, areThreadsCollapsed: boolean): string[] {
  if (rootId === '') return [channelId]
  return areThreadsCollapsed ? [rootId] : [channelId, rootId]
}
