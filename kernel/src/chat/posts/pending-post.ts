/** A post on its way to append_posts (migrations/0005_append_posts.sql), which explains what becomes of each field. */
export interface PendingPost {
  readonly id: string
  readonly channelId: string
  readonly userId: string
  readonly rootId: string
  readonly message: string
  readonly type: string
  readonly props: Record<string, unknown>
  readonly hashtags: string
  readonly fileIds: readonly string[]
  readonly pendingPostId: string
  readonly isPinned: boolean
  /** The server itself speaks: archived channels take it too. */
  readonly isTrusted: boolean
  /** The author's right comes from being a member, so it must still be one. */
  readonly needsMembership: boolean
  /** False for messages about people coming and going. */
  readonly countsAsUnread: boolean
  /** The author has seen the channel up to this post. */
  readonly marksViewed: boolean
  /** Writing it shows that the author is there. */
  readonly setsOnline: boolean
  readonly mentionsEverybody: boolean
  /** In a direct or group channel everybody is mentioned. To be known where it is at hand: the database looks by itself. */
  readonly isConversation?: boolean
  readonly hereUserIds: readonly string[]
  /** `@name` of everybody who may be meant, and words as they are written and in lower case. */
  readonly mentionWords: readonly string[]
  /** Those of them that are written without spaces, for keywords to be found inside. */
  readonly unspacedText: string
  readonly embeds: readonly Record<string, unknown>[]
  /** For imports; everyone else gets the moment of storing. */
  readonly createAt: number | null
}
