import { passwordResetsCreate, passwordResetsGet, passwordResetsUse, RookeryError, type User } from '@rookery/sdk/protocol'
import { assertAcceptable, defaultPasswordSettings, networkOf } from '../../auth/index.ts'
import { actorIdOf, implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { binary, sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { storePassword } from './store-password.ts'
import { userColumns } from './user-rows.ts'

const validMs = 24 * 3_600_000

/** Links for those who forgot their passwords. What is stored of one opens nothing. */
export function createPasswordResets(parts: Pick<ChatParts, 'db' | 'writer' | 'access' | 'settings' | 'passwords' | 'tokens' | 'addressThrottle' | 'clock'>): AnyImplementation[] {
  const { db, writer, access, settings, passwords, tokens, addressThrottle, clock } = parts

  /** Whose link it is. Links that never were, were used, are too old or of somebody who is gone look the same. */
  const find = async ({ address }: Context, token: string): Promise<User> => {
    const key = `password reset ${networkOf(address)}`
    addressThrottle.attempt(key)
    const user = await db.maybeOne<User>(sql`
      select ${userColumns} from password_resets r join users u on u.id = r.user_id
      where r.token_hash = ${binary(tokens.hashToken(token))} and r.expires_at > ${clock.now()} and u.delete_at = 0`)
    if (!user) throw new RookeryError('reset_link_invalid')
    addressThrottle.refund(key)
    return user
  }

  return [
    implement(passwordResetsCreate, {
      async access(context, { userId }) {
        access.system(context, 'sysconsole_write_user_management_users')
        const user = await access.account(context, userId, 'sysconsole_write_user_management_users')
        if (user.isBot) throw new RookeryError('bot_has_no_password')
      },
      async handle(_context, { userId }) {
        const token = tokens.token()
        const expiresAt = clock.now() + validMs
        await db.query(sql`
          insert into password_resets (user_id, token_hash, expires_at) values (${userId}, ${binary(tokens.hashToken(token))}, ${expiresAt})
          on conflict (user_id) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at`)
        return { token, expiresAt }
      },
    }),
    implement(passwordResetsGet, {
      access(context, { token }) { return find(context, token) },
      handle: (_context, _input, { username }) => ({ username }),
    }),
    implement(passwordResetsUse, {
      access(context, { token }) { return find(context, token) },
      async handle(context, { token, newPassword }, user) {
        assertAcceptable(newPassword, { ...defaultPasswordSettings, minimumLength: settings.accounts.minimumPasswordLength }, user)
        const hash = await passwords.hash(newPassword)
        await writer.write(async (transaction, emit) => {
          // Of two who come at the same time one is too late.
          const used = await transaction.maybeOne(sql`
            delete from password_resets where token_hash = ${binary(tokens.hashToken(token))} and user_id = ${user.id} and expires_at > ${clock.now()} returning 1 as used`)
          if (!used) throw new RookeryError('reset_link_invalid')
          await storePassword(parts, transaction, emit, { userId: user.id, hash })
        }, { actorId: actorIdOf(context) })
        return {}
      },
    }),
  ]
}
