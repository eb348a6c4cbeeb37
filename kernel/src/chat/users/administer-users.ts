import { RookeryError, userActivationChanged, userRolesChanged, usersForgiveAttempts, usersSetActive, usersSetRoles, usersVerifyEmail, type User } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { endSessions } from '../sessions/end-sessions.ts'
import { signInKey } from '../sessions/sign-in.ts'
import { assertAdminsRemain } from './last-admin.ts'
import { emitUserUpdated } from './user-events.ts'
import { userColumns } from './user-rows.ts'
import { visibleUser } from './visible-user.ts'

type Parts = Pick<ChatParts, 'writer' | 'access' | 'roles' | 'settings' | 'throttle' | 'clock'>

const isGuest = (roles: readonly string[]): boolean => roles.includes('system_guest')

/** What is done to accounts rather than by them. */
export function createUserAdministration({ writer, access, roles, settings, throttle, clock }: Parts): AnyImplementation[] {
  const actor = (context: Context) => (context.actor.kind === 'user' ? { actorId: context.actor.userId } : {})

  /** Roles of accounts only: those of teams and channels come from memberships, and guests are made by demoting. */
  const readRoles = (text: string, before: User): string[] => {
    const names = [...new Set(text.split(/\s+/).filter((name) => name !== ''))]
    const refuse = (reason: string): never => { throw new RookeryError('roles_invalid', { reason }) }
    if (!names.some((name) => name === 'system_user' || name === 'system_guest')) refuse('system_user or system_guest must be among them')
    for (const name of names) {
      if (!roles.exists(name) || /^(team|channel|playbook|run)_/.test(name)) refuse(`${name.slice(0, 64)} is no role of accounts`)
    }
    if (isGuest(names) !== isGuest(before.roles.split(' ')) || (isGuest(names) && names.length > 1)) refuse('guests are made by demoting users, and users by promoting guests')
    return names
  }

  return [
    implement(usersSetActive, {
      async access(context, { userId, isActive }) {
        const user = await access.account(context, userId, 'sysconsole_write_user_management_users')
        const mayAdminister = access.hasSystem(context, 'sysconsole_write_user_management_users')
        if (!mayAdminister && (isActive || !settings.accounts.allowSelfDeactivation)) throw new RookeryError('permission_missing', { permission: 'sysconsole_write_user_management_users' })
        return user
      },
      async handle(context, { userId, isActive }) {
        const now = clock.now()
        await writer.write(async (transaction, emit) => {
          if (!isActive) await assertAdminsRemain(transaction, userId)
          const user = await transaction.maybeOne<User>(sql`
            update users u set delete_at = ${isActive ? 0 : now}, update_at = greatest(${now}, u.update_at + 1)
            where u.id = ${userId} and (u.delete_at = 0) <> ${isActive} returning ${userColumns}`)
          if (!user) return
          if (!isActive) await endSessions(transaction, emit, { userId })
          emitUserUpdated(emit, user, settings)
          emit(userActivationChanged, { userId, isActive }, { visibleUserId: userId })
        }, actor(context))
        return {}
      },
    }),
    implement(usersSetRoles, {
      async access(context, { userId, roles: wanted }) {
        access.system(context, 'manage_roles')
        const user = await access.account(context, userId, 'manage_roles')
        if (wanted.split(/\s+/).includes('system_admin')) access.system(context, 'manage_system')
        return user
      },
      async handle(context, { userId, roles: wanted }, before) {
        const names = readRoles(wanted, before)
        await writer.write(async (transaction, emit) => {
          if (!names.includes('system_admin')) await assertAdminsRemain(transaction, userId)
          const user = await transaction.one<User>(sql`
            update users u set roles = ${names.join(' ')}, update_at = greatest(${clock.now()}, u.update_at + 1) where u.id = ${userId} returning ${userColumns}`)
          emitUserUpdated(emit, user, settings)
          emit(userRolesChanged, { userId, roles: user.roles }, { userId })
        }, actor(context))
        return {}
      },
    }),
    implement(usersVerifyEmail, {
      async access(context, { userId }) {
        access.system(context, 'sysconsole_write_user_management_users')
        await access.account(context, userId, 'sysconsole_write_user_management_users')
      },
      handle: (context, { userId }) => writer.write(async (transaction, emit) => {
        const user = await transaction.one<User>(sql`
          update users u set email_verified = true, update_at = greatest(${clock.now()}, u.update_at + 1) where u.id = ${userId} returning ${userColumns}`)
        emitUserUpdated(emit, user, settings)
        return visibleUser({ access, settings }, context, user)
      }, actor(context)),
    }),
    implement(usersForgiveAttempts, {
      async access(context, { userId }) {
        access.system(context, 'sysconsole_write_user_management_users')
        await access.account(context, userId, 'sysconsole_write_user_management_users')
      },
      handle(_context, { userId }) {
        throttle.succeed(signInKey(userId))
        return {}
      },
    }),
  ]
}
