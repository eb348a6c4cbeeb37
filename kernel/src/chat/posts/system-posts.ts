import { quietPostTypes } from '@rookery/sdk/protocol'
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

export function createSystemPosts({ batch, ids, log }: { batch: PostBatch, ids: Ids, log: Log }): SystemPosts {
  return {
    async say({ channelId, userId, type, message, props, rootId = '', mentionedUserIds = [] }) {
      const counts = !quietPostTypes.includes(type)
      try {
        await batch.append({
          id: ids.next(), channelId, userId, rootId, message, type, props, hashtags: '', fileIds: [], pendingPostId: '', isPinned: false, isTrusted: true, needsMembership: false, setsOnline: false,
          countsAsUnread: counts, marksViewed: counts, mentionsEverybody: false, hereUserIds: mentionedUserIds, mentionWords: [], unspacedText: '', embeds: [], createAt: null,
        })
      } catch (error) {
        log.warn('A system message was not stored', { type, channelId, error })
      }
    },
  }
}
