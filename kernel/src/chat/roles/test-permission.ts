import { permissionsTest } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { askingPlugin } from '../plugin-props.ts'
import type { ChatParts } from '../parts.ts'

/** Whether somebody may do something: what is not there, nobody may. */
export function createPermissionTest({ access, directory }: Pick<ChatParts, 'access' | 'directory'>): AnyImplementation {
  return implement(permissionsTest, {
    async access(context, { userId }): Promise<Context> {
      const own = access.userId(context)
      if (userId === undefined || userId === own) return context
      askingPlugin(context)
      const { id, roles, deleteAt } = await access.user(context, userId)
      return { ...context, actor: { kind: 'user', userId: id, sessionId: '', roles: deleteAt > 0 ? [] : roles.split(' ') } }
    },
    async handle(_context, { permission, teamId, channelId }, asked) {
      const channel = channelId ? await directory.channels.get(channelId) : undefined
      if (channelId) return { isHeld: channel !== undefined && await access.hasChannel(asked, channel, permission) }
      return { isHeld: teamId ? await access.hasTeam(asked, teamId, permission) : access.hasSystem(asked, permission) }
    },
  })
}
