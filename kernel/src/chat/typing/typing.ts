import { typingStart, typingStarted } from '@rookery/sdk/protocol'
import { LRUCache } from 'lru-cache'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'

/** Clients tell every five seconds; whoever tells more often is not heard every time, for each is sent to a whole channel. */
const minimumPauseMs = 500

/** Who is writing where; nobody keeps it. */
export function createTyping({ writer, access, clock }: Pick<ChatParts, 'writer' | 'access' | 'clock'>): AnyImplementation[] {
  const toldAt = new LRUCache<string, number>({ max: 10_000 })
  const isTooSoon = (userId: string): boolean => {
    const now = clock.now()
    if (Math.abs(now - (toldAt.get(userId) ?? 0)) < minimumPauseMs) return true
    toldAt.set(userId, now)
    return false
  }
  return [
    implement(typingStart, {
      async access(context, { userId = access.userId(context), channelId }) {
        await access.self(context, userId, 'manage_system')
        await access.channel(context, channelId, 'create_post')
        return userId
      },
      handle(_context, { channelId, rootId = '' }, userId) {
        if (!isTooSoon(userId)) writer.publish(typingStarted, { userId, channelId, rootId }, { channelId, omitUserIds: [userId] })
        return {}
      },
    }),
  ]
}
