import { permissions as allPermissions, permissionsListHeld, permissionsTest, type Permission } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { askingPlugin } from '../plugin-props.ts'
import type { ChatParts } from '../parts.ts'

interface Place { readonly channelId?: string | undefined, readonly teamId?: string | undefined }

const ofServer = allPermissions.filter((permission) => !('deprecated' in permission)).map(({ id }) => id)

/** Whether somebody may do something: what is not there, nobody may. */
export function createPermissionTest({ access, directory, addedPermissions }: Pick<ChatParts, 'access' | 'directory' | 'addedPermissions'>): AnyImplementation[] {
  /** Answers what is asked of one place, which is looked up once. */
  const judgeOf = async (context: Context, { channelId, teamId }: Place): Promise<(permission: Permission) => Promise<boolean> | boolean> => {
    const channel = channelId ? await directory.channels.get(channelId) : undefined
    if (channelId) return (permission) => channel !== undefined && access.hasChannel(context, channel, permission)
    return (permission) => (teamId ? access.hasTeam(context, teamId, permission) : access.hasSystem(context, permission))
  }
  return [
    implement(permissionsTest, {
      async access(context, { userId }): Promise<Context> {
        const own = access.userId(context)
        if (userId === undefined || userId === own) return context
        askingPlugin(context)
        const { id, roles, deleteAt } = await access.user(context, userId)
        return { ...context, actor: { kind: 'user', userId: id, sessionId: '', roles: deleteAt > 0 ? [] : roles.split(' ') } }
      },
      handle: async (_context, { permission, ...place }, asked) => ({ isHeld: await (await judgeOf(asked, place))(permission) }),
    }),
    implement(permissionsListHeld, {
      access(context) { access.userId(context) },
      async handle(context, place) {
        const holds = await judgeOf(context, place)
        const all = [...ofServer, ...addedPermissions.list(context.locale).map(({ id }) => id as Permission)]
        const held = await Promise.all(all.map((permission) => holds(permission)))
        return all.filter((_permission, index) => held[index])
      },
    }),
  ]
}
