import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import {
  channelMemberAdded, channelMemberRemoved, channelMembersAdd, channelMembersList, channelMembersListByIds, channelMembersRemove, channelMembersSetSchemeRoles, channelMemberUpdated,
  channelsStats, usersListByIds, usersSearch, type ChannelMember, type ChannelStats,
} from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useUsers } from './users.ts'

const pageSize = 60

/** Who belongs to channels that somebody looks at. Own memberships are in the store of channels. */
export const useChannelMembers = defineStore('channelMembers', () => {
  const { client, live } = useServer()
  const people = useUsers()
  /** By channel, those that were read, by their ids. */
  const known = shallowReactive(new Map<string, ReadonlyMap<string, ChannelMember>>())

  const take = (channelId: string, told: readonly ChannelMember[]): void => {
    known.set(channelId, new Map([...known.get(channelId) ?? [], ...told.map((member) => [member.userId, member] as const)]))
  }
  const readPeople = async (userIds: readonly string[]): Promise<void> => {
    const missing = userIds.filter((userId) => !people.users.has(userId))
    if (missing.length > 0) people.take(...await client.run(usersListByIds, { userIds: missing }))
  }
  /** The next members; answers whether there are more. */
  const load = async (channelId: string, page: number): Promise<boolean> => {
    if (page === 0) known.delete(channelId)
    const told = await client.run(channelMembersList, { channelId, page, perPage: pageSize })
    await readPeople(told.map(({ userId }) => userId))
    take(channelId, told)
    return told.length === pageSize
  }
  /** Members whose names begin so; answers their ids. */
  const search = async (channelId: string, term: string): Promise<string[]> => {
    const found = await client.run(usersSearch, { term, inChannelId: channelId, limit: pageSize })
    people.take(...found)
    const userIds = found.map(({ id }) => id)
    if (userIds.length > 0) take(channelId, await client.run(channelMembersListByIds, { channelId, userIds }))
    return userIds
  }
  const add = async (channelId: string, userIds: readonly string[]): Promise<void> => {
    const added = await client.run(channelMembersAdd, { channelId, userIds: [...userIds] })
    if (known.has(channelId)) take(channelId, added)
  }
  const forget = (channelId: string, userId: string): void => {
    const rest = new Map(known.get(channelId))
    if (rest.delete(userId)) known.set(channelId, rest)
  }
  const remove = async (channelId: string, userId: string): Promise<void> => {
    await client.run(channelMembersRemove, { channelId, userId })
    forget(channelId, userId)
  }
  const setAdmin = async (channelId: string, userId: string, isAdmin: boolean): Promise<void> => {
    await client.run(channelMembersSetSchemeRoles, { channelId, userId, isAdmin })
    const member = known.get(channelId)?.get(userId)
    if (member) take(channelId, [{ ...member, isAdmin }])
  }
  const stats = (channelId: string): Promise<ChannelStats> => client.run(channelsStats, { channelId })

  live.on(channelMemberAdded, ({ channelId, userId }) => {
    if (!known.has(channelId)) return
    readPeople([userId]).then(() => client.run(channelMembersListByIds, { channelId, userIds: [userId] })).then((told) => { take(channelId, told) }, () => {})
  })
  live.on(channelMemberRemoved, ({ channelId, userId }) => { forget(channelId, userId) })
  live.on(channelMemberUpdated, ({ member }) => { if (known.get(member.channelId)?.has(member.userId)) take(member.channelId, [member]) })
  return { known, load, search, add, remove, setAdmin, stats }
})
