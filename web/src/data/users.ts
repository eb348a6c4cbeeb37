import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { userCreated, usersAutocomplete, usersGetByUsername, usersListByIds, usersListByUsernames, userUpdated, type InputOf, type OutputOf, type User } from '@rookery/sdk/protocol'
import { createBatch } from './batch.ts'
import { useServer } from './client.ts'

/** Accounts as everybody may see them. */
export const useUsers = defineStore('users', () => {
  const { client, live } = useServer()
  const users = shallowReactive(new Map<string, User>())
  /** Ids by user name; null where it is known that nobody is called so. */
  const ids = shallowReactive(new Map<string, string | null>())
  /** Known from before, and nobody told what has changed since: they show as they were until they are here again. */
  const outdated = shallowReactive(new Set<string>())
  const take = (...told: readonly User[]): void => {
    for (const user of told) {
      users.set(user.id, user)
      outdated.delete(user.id)
      if (ids.get(user.username) !== user.id) ids.set(user.username, user.id)
    }
  }
  const batch = createBatch({ load: async (userIds) => { take(...await client.run(usersListByIds, { userIds })) } })

  /** The account, undefined until it is here; whoever is missing or outdated is asked for, all of one tick together. */
  const get = (userId: string): User | undefined => {
    const user = users.get(userId)
    if (userId && (!user || outdated.has(userId))) batch.ask(userId)
    return user
  }
  /** After a time in which nobody told of changes: whoever is looked at is asked for again. */
  const expire = (): void => {
    outdated.clear()
    for (const userId of users.keys()) {
      batch.forget(userId)
      outdated.add(userId)
    }
  }
  const namesBatch = createBatch({
    async load(usernames) {
      take(...await client.run(usersListByUsernames, { usernames }))
      for (const name of usernames) if (!ids.has(name)) ids.set(name, null)
    },
  })
  /** Whoever has this name, undefined until that is known and where nobody has; all names of one tick are asked for together. */
  const named = (username: string): User | undefined => {
    const id = ids.get(username)
    if (id) return users.get(id)
    if (id === undefined && /^[a-z0-9._-]{1,64}$/.test(username)) namesBatch.ask(username)
    return undefined
  }
  const find = async (username: string): Promise<User> => {
    const name = username.toLowerCase()
    for (const user of users.values()) if (user.username === name) return user
    const user = await client.run(usersGetByUsername, { username: name })
    take(user)
    return user
  }
  const autocomplete = async (input: InputOf<typeof usersAutocomplete>): Promise<OutputOf<typeof usersAutocomplete>> => {
    const found = await client.run(usersAutocomplete, input)
    take(...found.users, ...found.outOfChannel ?? [])
    return found
  }

  live.on(userCreated, ({ user }) => { take(user) })
  live.on(userUpdated, ({ user }) => { if (users.has(user.id)) take(user) })
  return { users, get, named, take, expire, find, autocomplete }
})

export type NameFormat = 'username' | 'nickname_full_name' | 'full_name'

/** How a person is called, as the reader prefers it (preference display_settings/name_format). */
export function displayNameOf(user: Pick<User, 'username' | 'nickname' | 'firstName' | 'lastName'>, format: NameFormat = 'nickname_full_name'): string {
  const fullName = `${user.firstName} ${user.lastName}`.trim()
  if (format === 'username') return user.username
  return (format === 'nickname_full_name' && user.nickname) || fullName || user.username
}
