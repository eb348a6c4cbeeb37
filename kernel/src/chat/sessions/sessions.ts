import { RookeryError, sessionEnded, sessionUpdated, sessionsEnd, sessionsGetCurrent, sessionsList, sessionsRevoke, sessionsRevokeAll, sessionsRevokeOfEverybody, sessionsSetDevice, type Session, type User } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { json, sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { endSessions } from './end-sessions.ts'
import { userColumns } from '../users/user-rows.ts'
import { sessionColumns } from './session-rows.ts'

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'clock'>

/** Where one is signed in, and signing out. */
export function createSessions({ db, writer, access, clock }: Parts): AnyImplementation[] {
  const isCurrent = (context: Context, sessionId: string): boolean => context.actor.kind === 'user' && context.actor.sessionId === sessionId
  const actor = (context: Context) => (context.actor.kind === 'user' ? { actorId: context.actor.userId } : {})

  return [
    implement(sessionsEnd, {
      access() {},
      async handle(context) {
        if (context.actor.kind !== 'user') return {}
        const { userId, sessionId } = context.actor
        await writer.write((transaction, emit) => endSessions(transaction, emit, { userId, sessionIds: [sessionId] }), { actorId: userId })
        return {}
      },
    }),
    implement(sessionsGetCurrent, {
      access: (context) => access.userId(context),
      async handle(context, _input, userId) {
        const sessionId = context.actor.kind === 'user' ? context.actor.sessionId : ''
        const [session, user] = await Promise.all([
          db.maybeOne<Session>(sql`select ${sessionColumns} from sessions s join users u on u.id = s.user_id where s.id = ${sessionId} and s.user_id = ${userId}`),
          db.maybeOne<User>(sql`select ${userColumns} from users u where u.id = ${userId}`),
        ])
        // Personal access tokens and plugins are no session.
        if (!session || !user) throw new RookeryError('session_not_found')
        return { session: { ...session, isCurrent: true }, user }
      },
    }),
    implement(sessionsList, {
      access: (context, { userId }) => access.account(context, userId, 'edit_other_users'),
      async handle(context, { userId }) {
        const sessions = await db.any<Session>(sql`
          select ${sessionColumns} from sessions s join users u on u.id = s.user_id
          where s.user_id = ${userId} and s.expires_at > ${clock.now()} order by s.last_activity_at desc limit 200`)
        return sessions.map((session) => ({ ...session, isCurrent: isCurrent(context, session.id) }))
      },
    }),
    implement(sessionsRevoke, {
      async access(context, { userId, sessionId }) {
        await access.account(context, userId, 'edit_other_users')
        const known = await db.maybeOne(sql`select 1 as one from sessions where id = ${sessionId} and user_id = ${userId}`)
        if (!known) throw new RookeryError('session_not_found')
      },
      async handle(context, { userId, sessionId }) {
        await writer.write((transaction, emit) => endSessions(transaction, emit, { userId, sessionIds: [sessionId] }), actor(context))
        return {}
      },
    }),
    implement(sessionsRevokeAll, {
      access: (context, { userId }) => access.account(context, userId, 'edit_other_users'),
      async handle(context, { userId, exceptCurrent = false }) {
        const exceptId = exceptCurrent && context.actor.kind === 'user' ? context.actor.sessionId : undefined
        await writer.write((transaction, emit) => endSessions(transaction, emit, { userId, ...(exceptId && { exceptId }) }), actor(context))
        return {}
      },
    }),
    implement(sessionsRevokeOfEverybody, {
      access(context) { access.system(context, 'manage_system') },
      async handle(context) {
        await writer.write(async (transaction, emit) => {
          const ended = await transaction.any<{ userId: string, ids: string[] }>(sql`
            with ended as (delete from sessions returning id, user_id) select user_id as "userId", array_agg(id) as ids from ended group by user_id`)
          for (const { userId, ids } of ended) emit(sessionEnded, { userId, sessionIds: ids }, { userId })
        }, actor(context))
        return {}
      },
    }),
    implement(sessionsSetDevice, {
      access: (context) => access.userId(context),
      async handle(context, { deviceId, hasNotificationsOff, mobileVersion }, userId) {
        const sessionId = context.actor.kind === 'user' ? context.actor.sessionId : ''
        const props = {
          ...(hasNotificationsOff !== undefined && { device_notification_disabled: String(hasNotificationsOff) }),
          ...(mobileVersion !== undefined && { mobile_version: mobileVersion }),
        }
        return writer.write(async (transaction, emit) => {
          const session = await transaction.maybeOne<{ expiresAt: number }>(sql`
            update sessions set device_id = coalesce(${deviceId ?? null}, device_id), props = props || ${json(props)}
            where id = ${sessionId} and user_id = ${userId} returning expires_at as "expiresAt"`)
          if (!session) throw new RookeryError('session_not_found')
          if (deviceId !== undefined) {
            const ended = await transaction.any<{ id: string }>(sql`
              delete from sessions where user_id = ${userId} and device_id = ${deviceId} and id <> ${sessionId} returning id`)
            if (ended.length > 0) emit(sessionEnded, { userId, sessionIds: ended.map(({ id }) => id) }, { userId })
          }
          emit(sessionUpdated, { userId, sessionId }, { userId })
          return session
        }, actor(context))
      },
    }),
  ]
}
