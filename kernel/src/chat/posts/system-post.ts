import type { Ids } from '../../ids.ts'
import type { PendingPost } from './post-batch.ts'

/** What the server says about people who come and go: nobody has to read it, so it leaves a channel as read as it was. */
export const quietPostTypes: readonly string[] = [
  'system_join_leave', 'system_add_remove', 'system_join_channel', 'system_leave_channel', 'system_add_to_channel', 'system_remove_from_channel',
  'system_join_team', 'system_leave_team', 'system_add_to_team', 'system_remove_from_team', 'system_guest_join_channel', 'system_add_guest_to_chan',
]

interface SystemMessage { channelId: string, userId: string, type: string, message: string, rootId?: string, props?: Record<string, unknown> }

/** A message of the server itself, for PostBatch.append: it mentions nobody, and the author has not seen the channel by it. */
export const systemPost = (ids: Ids, { channelId, userId, type, message, rootId = '', props = {} }: SystemMessage): PendingPost => ({
  id: ids.next(), channelId, userId, rootId, message, type, props, hashtags: '', fileIds: [], pendingPostId: '', isPinned: false,
  isTrusted: true, needsMembership: false, countsAsUnread: !quietPostTypes.includes(type), marksViewed: false, setsOnline: false,
  mentionsEverybody: false, hereUserIds: [], mentionWords: [], embeds: [], createAt: null,
})
