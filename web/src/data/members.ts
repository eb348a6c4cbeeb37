import { shallowReactive } from 'vue'
import { usersListByIds, usersSearch, type InputOf } from '@rookery/sdk/protocol'
import type { Server } from './client.ts'
import type { useUsers } from './users.ts'

export const membersPerPage = 60

/** What memberships of teams and of channels have in common. */
export interface Member { readonly userId: string, readonly isAdmin: boolean, readonly isGuest: boolean }

/** Who belongs to one team or channel, as a list shows and changes it. */
export interface MemberPlaces<Kind extends Member = Member> {
  /** By place, those that were read, by their ids. */
  readonly known: ReadonlyMap<string, ReadonlyMap<string, Kind>>
  /** The next members; answers whether there are more. */
  load(placeId: string, page: number): Promise<boolean>
  /** The first pages anew, all at once; answers whether there are more. */
  renew(placeId: string, pages: number): Promise<boolean>
  /** Members whose names begin so; answers their ids. */
  search(placeId: string, term: string): Promise<string[]>
  setAdmin(placeId: string, userId: string, isAdmin: boolean): Promise<void>
  remove(placeId: string, userId: string): Promise<void>
}

export interface MemberOperations<Kind extends Member> {
  list(placeId: string, page: number, perPage: number): Promise<readonly Kind[]>
  listByIds(placeId: string, userIds: readonly string[]): Promise<readonly Kind[]>
  /** How a search of accounts is confined to the place. */
  within(placeId: string): Pick<InputOf<typeof usersSearch>, 'inChannelId' | 'inTeamId'>
  setAdmin(placeId: string, userId: string, isAdmin: boolean): Promise<unknown>
  remove(placeId: string, userId: string): Promise<unknown>
}

export interface Members<Kind extends Member> extends MemberPlaces<Kind> {
  take(placeId: string, told: readonly Kind[]): void
  forget(placeId: string, userId: string): void
  /** Reads somebody who came into a place that is shown. */
  welcome(placeId: string, userId: string): void
}

export function createMembers<Kind extends Member>({ client }: Pick<Server, 'client'>, people: ReturnType<typeof useUsers>, operations: MemberOperations<Kind>): Members<Kind> {
  const known = shallowReactive(new Map<string, ReadonlyMap<string, Kind>>())
  const take = (placeId: string, told: readonly Kind[]): void => {
    known.set(placeId, new Map([...known.get(placeId) ?? [], ...told.map((member) => [member.userId, member] as const)]))
  }
  const forget = (placeId: string, userId: string): void => {
    const rest = new Map(known.get(placeId))
    if (rest.delete(userId)) known.set(placeId, rest)
  }
  const readPeople = async (userIds: readonly string[]): Promise<void> => {
    const missing = userIds.filter((userId) => !people.users.has(userId))
    if (missing.length > 0) people.take(...await client.run(usersListByIds, { userIds: missing }))
  }
  const readPage = async (placeId: string, page: number): Promise<readonly Kind[]> => {
    const told = await operations.list(placeId, page, membersPerPage)
    await readPeople(told.map(({ userId }) => userId))
    return told
  }
  return {
    known, take, forget,
    welcome(placeId, userId) {
      if (known.has(placeId)) readPeople([userId]).then(() => operations.listByIds(placeId, [userId])).then((told) => { take(placeId, told) }, () => {})
    },
    async load(placeId, page) {
      const told = await readPage(placeId, page)
      if (page === 0) known.delete(placeId)
      take(placeId, told)
      return told.length === membersPerPage
    },
    async renew(placeId, pages) {
      const told: (readonly Kind[])[] = []
      // One after the other: on a page that is not full nobody follows.
      while (told.length < pages && (told.at(-1)?.length ?? membersPerPage) === membersPerPage) told.push(await readPage(placeId, told.length))
      known.delete(placeId)
      take(placeId, told.flat())
      return told.at(-1)?.length === membersPerPage
    },
    async search(placeId, term) {
      const found = await client.run(usersSearch, { term, limit: membersPerPage, ...operations.within(placeId) })
      people.take(...found)
      const userIds = found.map(({ id }) => id)
      if (userIds.length > 0) take(placeId, await operations.listByIds(placeId, userIds))
      return userIds
    },
    async setAdmin(placeId, userId, isAdmin) {
      await operations.setAdmin(placeId, userId, isAdmin)
      const member = known.get(placeId)?.get(userId)
      if (member) take(placeId, [{ ...member, isAdmin }])
    },
    async remove(placeId, userId) {
      await operations.remove(placeId, userId)
      forget(placeId, userId)
    },
  }
}
