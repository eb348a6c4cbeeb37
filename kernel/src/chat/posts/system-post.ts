import { quietPostTypes } from '@rookery/sdk/protocol'
import type { Ids } from '../../ids.ts'
import type { PendingPost } from './post-batch.ts'

interface SystemMessage { channelId: string, userId: string, type: string, message: string, rootId?: string, props?: Record<string, unknown> }

/** A message of the server itself, for PostBatch.append: it mentions nobody, and the author has not seen the channel by it. */
export const systemPost = (ids: Ids, { channelId, userId, type, message, rootId = '', props = {} }: SystemMessage): PendingPost => ({
  id: ids.next(), channelId, userId, rootId, message, type, props, hashtags: '', fileIds: [], pendingPostId: '', isPinned: false,
  isTrusted: true, needsMembership: false, countsAsUnread: !quietPostTypes.includes(type), marksViewed: false, setsOnline: false,
  mentionsEverybody: false, hereUserIds: [], mentionWords: [], embeds: [], createAt: null,
})
