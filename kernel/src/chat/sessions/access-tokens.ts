import {
  RookeryError, accessTokensCreate, accessTokensGet, accessTokensList, accessTokensListOfUser, accessTokensRevoke, accessTokensSearch,
  accessTokensSetActive, sessionEnded, type AccessToken, type Permission,
} from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { binary, sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'directory' | 'tokens' | 'settings' | 'ids' | 'clock'>

const columns = sql.fragment`t.id, t.user_id as "userId", t.description, t.is_active as "isActive", t.create_at as "createAt"`

/** Personal access tokens: for programs that act as somebody. */
export function createAccessTokens({ db, writer, access, directory, tokens, settings, ids, clock }: Parts): AnyImplementation[] {
  /** The owner, where the actor may do this to its tokens. */
  const owner = async (context: Context, userId: string, permission: Permission) => {
    access.system(context, permission)
    return access.account(context, userId, 'edit_other_users')
  }
  const find = async (context: Context, tokenId: string, permission: Permission): Promise<AccessToken> => {
    access.system(context, permission)
    const token = await db.maybeOne<AccessToken>(sql`select ${columns} from personal_access_tokens t where t.id = ${tokenId}`)
    if (!token) throw new RookeryError('access_token_not_found')
    await owner(context, token.userId, permission)
    return token
  }
  const assertAllowed = async (userId: string): Promise<void> => {
    if (!settings.accounts.allowAccessTokens && !(await directory.users.get(userId))?.isBot) throw new RookeryError('access_tokens_disabled')
  }
  const actor = (context: Context) => (context.actor.kind === 'user' ? { actorId: context.actor.userId } : {})

  return [
    implement(accessTokensCreate, {
      async access(context, { userId }) {
        await owner(context, userId, 'create_user_access_token')
        await assertAllowed(userId)
      },
      async handle(_context, { userId, description }) {
        const secret = tokens.token()
        const token: AccessToken = { id: ids.next(), userId, description, isActive: true, createAt: clock.now() }
        await db.query(sql`
          insert into personal_access_tokens (id, token_hash, user_id, description, create_at)
          values (${token.id}, ${binary(tokens.hashToken(secret))}, ${userId}, ${description}, ${token.createAt})`)
        return { token, secret }
      },
    }),
    implement(accessTokensGet, {
      access: (context, { tokenId }) => find(context, tokenId, 'read_user_access_token'),
      handle: (_context, _input, token) => token,
    }),
    implement(accessTokensListOfUser, {
      access: (context, { userId }) => owner(context, userId, 'read_user_access_token'),
      handle: (_context, { userId, page = 0, perPage = 60 }) => db.any<AccessToken>(sql`
        select ${columns} from personal_access_tokens t where t.user_id = ${userId} order by t.id limit ${perPage} offset ${page * perPage}`),
    }),
    implement(accessTokensList, {
      access(context) { access.system(context, 'manage_system') },
      handle: (_context, { page = 0, perPage = 60 }) => db.any<AccessToken>(sql`
        select ${columns} from personal_access_tokens t order by t.id limit ${perPage} offset ${page * perPage}`),
    }),
    implement(accessTokensSearch, {
      access(context) { access.system(context, 'manage_system') },
      handle(_context, { term }) {
        const beginning = `${term.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
        return db.any<AccessToken>(sql`
          select ${columns} from personal_access_tokens t join users u on u.id = t.user_id
          where t.id like ${beginning} or t.user_id like ${beginning} or lower(u.username) like ${beginning} order by t.id limit 100`)
      },
    }),
    implement(accessTokensRevoke, {
      access: (context, { tokenId }) => find(context, tokenId, 'revoke_user_access_token'),
      async handle(context, { tokenId }, { userId }) {
        await writer.write(async (transaction, emit) => {
          await transaction.query(sql`delete from personal_access_tokens where id = ${tokenId}`)
          emit(sessionEnded, { userId, sessionIds: [tokenId] }, { userId })
        }, actor(context))
        return {}
      },
    }),
    implement(accessTokensSetActive, {
      async access(context, { tokenId, isActive }) {
        const token = await find(context, tokenId, isActive ? 'create_user_access_token' : 'revoke_user_access_token')
        if (isActive) await assertAllowed(token.userId)
        return token
      },
      async handle(context, { tokenId, isActive }, { userId }) {
        await writer.write(async (transaction, emit) => {
          await transaction.query(sql`update personal_access_tokens set is_active = ${isActive} where id = ${tokenId}`)
          if (!isActive) emit(sessionEnded, { userId, sessionIds: [tokenId] }, { userId })
        }, actor(context))
        return {}
      },
    }),
  ]
}
