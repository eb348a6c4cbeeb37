import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import {
  accountUpdated, passwordResetsCreate, rolesList, sessionsList, sessionsRevoke, sessionsRevokeAll, userActivationChanged, userRolesChanged, usersCountSelected, usersCreate, usersDemote, usersForgiveAttempts, usersGet, usersList,
  usersPromote, usersSearch, usersSetActive, usersSetPassword, usersSetRoles, usersVerifyEmail,
  type InputOf, type Role, type Session, type User,
} from '@rookery/sdk/protocol'
import { useServer } from '../client.ts'

/** Which accounts are looked at. */
export const accountKinds = ['all', 'active', 'inactive', 'admins', 'guests'] as const
export type AccountKind = typeof accountKinds[number]

export const peoplePerPage = 50

const selections: Readonly<Record<AccountKind, Pick<InputOf<typeof usersList>, 'activity' | 'roles'>>> = {
  all: { activity: 'all' }, active: { activity: 'active' }, inactive: { activity: 'inactive' },
  admins: { activity: 'all', roles: ['system_admin'] }, guests: { activity: 'all', roles: ['system_guest'] },
}

/** Accounts as those see them who run the server: in full, and those that sleep. */
export const useAdminPeople = defineStore('adminPeople', () => {
  const { client, live } = useServer()
  const people = shallowReactive(new Map<string, User>())
  const take = (...told: readonly User[]): string[] => told.map((user) => {
    people.set(user.id, user)
    return user.id
  })
  /** A page of ids in the order of names, of all or of those whose names begin so, and how many there are. */
  const find = async ({ term, kind, page }: { term: string, kind: AccountKind, page: number }): Promise<{ ids: string[], total: number }> => {
    const selection = selections[kind]
    const [found, { count }] = await Promise.all([
      term ? client.run(usersSearch, { term, limit: peoplePerPage, page, ...selection }) : client.run(usersList, { page, perPage: peoplePerPage, sort: 'username', ...selection }),
      client.run(usersCountSelected, { ...selection, includesBots: true, ...(term && { term }) }),
    ])
    return { ids: take(...found), total: count }
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
