import { typingStart, typingStarted } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'

/** Who is writing where; nobody keeps it. */
export function createTyping({ writer, access }: Pick<ChatParts, 'writer' | 'access'>): AnyImplementation[] {
  return [
    implement(typingStart, {
      async access(context, { userId = access.userId(context), channelId }) {
        await access.self(context, userId, 'manage_system')
        await access.channel(context, channelId, 'create_post')
        return userId
      },
      handle(_context, { channelId, rootId = '' }, userId) {
        writer.publish(typingStarted, { userId, channelId, rootId }, { channelId, omitUserIds: [userId] })
        return {}
      },
    }),
  ]
}
