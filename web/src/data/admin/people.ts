import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import {
  accountUpdated, passwordResetsCreate, rolesList, sessionsList, sessionsRevoke, sessionsRevokeAll, userActivationChanged, userRolesChanged, usersCreate, usersDemote, usersForgiveAttempts, usersGet, usersList,
  usersPromote, usersSearch, usersSetActive, usersSetPassword, usersSetRoles, usersVerifyEmail,
  type InputOf, type Role, type Session, type User,
} from '@rookery/sdk/protocol'
import { useServer } from '../client.ts'

export type Activity = 'all' | 'active' | 'inactive'

const perPage = 50

/** Accounts as those see them who run the server: in full, and those that sleep. */
export const useAdminPeople = defineStore('adminPeople', () => {
  const { client, live } = useServer()
  const people = shallowReactive(new Map<string, User>())
  const take = (...told: readonly User[]): string[] => told.map((user) => {
    people.set(user.id, user)
    return user.id
  })
  /** A page of ids; without a term in the order of names, else those whose names begin so. */
  const find = async ({ term, activity, page }: { term: string, activity: Activity, page: number }): Promise<{ ids: string[], isLast: boolean }> => {
    const found = term
      ? await client.run(usersSearch, { term, limit: 200, activity })
      : await client.run(usersList, { page, perPage, activity, sort: 'username' })
    return { ids: take(...found), isLast: term !== '' || found.length < perPage }
  }
  const reread = async (userId: string): Promise<User> => {
    const user = await client.run(usersGet, { userId })
    take(user)
    return user
  }
  const changing = <Parameters extends unknown[]>(change: (userId: string, ...parameters: Parameters) => Promise<unknown>) => async (userId: string, ...parameters: Parameters): Promise<void> => {
    await change(userId, ...parameters)
    await reread(userId)
  }

  live.on(accountUpdated, ({ user }) => { if (people.has(user.id)) take(user) })
  live.on(userRolesChanged, ({ userId, roles }) => {
    const known = people.get(userId)
    if (known) take({ ...known, roles })
  })
  live.on(userActivationChanged, ({ userId }) => { if (people.has(userId)) reread(userId).catch(() => {}) })

  return {
    people, find, reread,
    create: async (input: InputOf<typeof usersCreate>): Promise<User> => {
      const user = await client.run(usersCreate, input)
      take(user)
      return user
    },
    setActive: changing((userId, isActive: boolean) => client.run(usersSetActive, { userId, isActive })),
    setRoles: changing((userId, roles: string) => client.run(usersSetRoles, { userId, roles })),
    promote: changing((userId) => client.run(usersPromote, { userId })),
    demote: changing((userId) => client.run(usersDemote, { userId })),
    verifyEmail: changing((userId) => client.run(usersVerifyEmail, { userId })),
    forgiveAttempts: changing((userId) => client.run(usersForgiveAttempts, { userId })),
    setPassword: changing((userId, newPassword: string) => client.run(usersSetPassword, { userId, newPassword })),
    /** The address where somebody chooses a new password, once and for a day. */
    resetLink: async (userId: string): Promise<string> => `${location.origin}/reset_password_complete?token=${(await client.run(passwordResetsCreate, { userId })).token}`,
    sessions: (userId: string): Promise<Session[]> => client.run(sessionsList, { userId }),
    endSession: (userId: string, sessionId: string) => client.run(sessionsRevoke, { userId, sessionId }),
    endSessions: (userId: string) => client.run(sessionsRevokeAll, { userId }),
    roles: (): Promise<Role[]> => client.run(rolesList, {}),
  }
})
