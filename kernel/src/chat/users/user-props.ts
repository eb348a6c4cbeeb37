import { usersSetProps, type User } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { Emit } from '../../events/index.ts'
import { json, sql, type Transaction } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { askingPlugin, changePluginProps } from '../plugin-props.ts'
import { emitUserUpdated } from './user-events.ts'
import { userColumns } from './user-rows.ts'

/** Takes away what plugins keep on an account. */
export async function forgetPluginProps({ settings, clock }: Pick<ChatParts, 'settings' | 'clock'>, transaction: Transaction, emit: Emit, userId: string): Promise<void> {
  const user = await transaction.maybeOne<User>(sql`
    update users u set plugin_props = '{}', update_at = greatest(${clock.now()}, u.update_at + 1) where u.id = ${userId} and plugin_props <> '{}' returning ${userColumns}`)
  if (user) emitUserUpdated(emit, user, settings)
}

/** What plugins keep on accounts. */
export function createUserProps({ writer, access, settings, clock }: Pick<ChatParts, 'writer' | 'access' | 'settings' | 'clock'>): AnyImplementation[] {
  return [
    implement(usersSetProps, {
      async access(context, { userId }) {
        const pluginId = askingPlugin(context)
        const isBot = context.actor.kind === 'user' && context.actor.plugin?.isBot
        // The plugin decides for what is its own; in somebody's name it has that one's rights.
        await (isBot ? access.user(context, userId) : access.self(context, userId))
        return pluginId
      },
      handle: (context, { userId, props }, pluginId) => changePluginProps<User>(writer, context, pluginId, props, {
        lock: (transaction) => transaction.one(sql`select ${userColumns} from users u where u.id = ${userId} for no key update`),
        store: (transaction, pluginProps) => transaction.one(sql`
          update users u set plugin_props = ${json(pluginProps)}, update_at = greatest(${clock.now()}, u.update_at + 1) where u.id = ${userId} returning ${userColumns}`),
        tell: (emit, user) => { emitUserUpdated(emit, user, settings) },
      }),
    }),
  ]
}
