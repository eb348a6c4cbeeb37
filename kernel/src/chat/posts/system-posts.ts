import { quietPostTypes } from '@rookery/sdk/protocol'
import type { Settings } from '../../config/index.ts'
import type { Ids } from '../../ids.ts'
import type { Languages, TextKey } from '../../languages/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { PostBatch } from './post-batch.ts'

/** What the server tells a channel in somebody's name. */
export interface SystemMessage {
  readonly channelId: string
  readonly userId: string
  /** Begins with `system_`; clients translate by it and the props. */
  readonly type: string
  /** In the language of the server, for clients that do not know the type. */
  readonly says: SystemText
  readonly values?: Readonly<Record<string, string>>
  readonly props: Record<string, unknown>
  readonly rootId?: string
  /** Whom it mentions, of the channel's members. */
  readonly mentionedUserIds?: readonly string[]
}

export type SystemText = TextKey extends infer Key ? Key extends `systemPosts.${infer Name}` ? Name : never : never

export interface SystemPosts {
  /** Resolves when the message stands in the channel. What it tells of has happened already, so it never rejects. */
  say(message: SystemMessage): Promise<void>
}

export function createSystemPosts({ batch, languages, settings, ids, log }: { batch: PostBatch, languages: Languages, settings: Settings, ids: Ids, log: Log }): SystemPosts {
  return {
    async say({ channelId, userId, type, says, values = {}, props, rootId = '', mentionedUserIds = [] }) {
      const message = languages.say(`systemPosts.${says}`, values, settings.site.locale)
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
