import type { Ids } from '../../ids.ts'
import type { Log } from '../../telemetry/index.ts'
import type { PostBatch } from './post-batch.ts'

/** What the server tells a channel in somebody's name. */
export interface SystemMessage {
  readonly channelId: string
  readonly userId: string
  /** Begins with `system_`; clients translate by it. */
  readonly type: string
  /** In English, for clients that do not know the type. */
  readonly message: string
  readonly props: Record<string, unknown>
  readonly rootId?: string
  /** Whom it mentions, of the channel's members. */
  readonly mentionedUserIds?: readonly string[]
}

export interface SystemPosts {
  /** Resolves when the message stands in the channel. What it tells of has happened already, so it never rejects. */
  say(message: SystemMessage): Promise<void>
}

/** Coming and going is told but makes nothing unread. */
const comingAndGoing: ReadonlySet<string> = new Set([
  'system_join_channel', 'system_guest_join_channel', 'system_leave_channel', 'system_add_to_channel', 'system_add_guest_to_chan', 'system_remove_from_channel',
  'system_join_team', 'system_leave_team', 'system_add_to_team', 'system_remove_from_team',
])

export function createSystemPosts({ batch, ids, log }: { batch: PostBatch, ids: Ids, log: Log }): SystemPosts {
  return {
    async say({ channelId, userId, type, message, props, rootId = '', mentionedUserIds = [] }) {
      const counts = !comingAndGoing.has(type)
      try {
        await batch.append({
          id: ids.next(), channelId, userId, rootId, message, type, props, hashtags: '', fileIds: [], pendingPostId: '', isPinned: false, isTrusted: true, needsMembership: false, setsOnline: false,
          countsAsUnread: counts, marksViewed: counts, mentionsEverybody: false, hereUserIds: mentionedUserIds, mentionWords: [], embeds: [], createAt: null,
        })
      } catch (error) {
        log.warn('A system message was not stored', { type, channelId, error })
      }
    },
  }
}
