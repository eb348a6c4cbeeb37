import { defineStore } from 'pinia'
import {
  channelMemberAdded, channelMemberRemoved, channelMembersAdd, channelMembersList, channelMembersListByIds, channelMembersRemove, channelMembersSetSchemeRoles, channelMemberUpdated,
  channelsStats, type ChannelMember, type ChannelStats,
} from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { createMembers } from './members.ts'
import { useUsers } from './users.ts'

/** Who belongs to channels that somebody looks at. Own memberships are in the store of channels. */
export const useChannelMembers = defineStore('channelMembers', () => {
  const { client, live } = useServer()
  const members = createMembers<ChannelMember>({ client }, useUsers(), {
    list: (channelId, page, perPage) => client.run(channelMembersList, { channelId, page, perPage }),
    listByIds: (channelId, userIds) => client.run(channelMembersListByIds, { channelId, userIds: [...userIds] }),
    within: (inChannelId) => ({ inChannelId }),
    setAdmin: (channelId, userId, isAdmin) => client.run(channelMembersSetSchemeRoles, { channelId, userId, isAdmin }),
    remove: (channelId, userId) => client.run(channelMembersRemove, { channelId, userId }),
  })
  const { known, take, forget, welcome, load, renew, search, setAdmin, remove } = members
  const add = async (channelId: string, userIds: readonly string[]): Promise<void> => {
    const added = await client.run(channelMembersAdd, { channelId, userIds: [...userIds] })
    if (known.has(channelId)) take(channelId, added)
  }
  const stats = (channelId: string): Promise<ChannelStats> => client.run(channelsStats, { channelId })

  live.on(channelMemberAdded, ({ channelId, userId }) => { welcome(channelId, userId) })
  live.on(channelMemberRemoved, ({ channelId, userId }) => { forget(channelId, userId) })
  live.on(channelMemberUpdated, ({ member }) => { if (known.get(member.channelId)?.has(member.userId)) take(member.channelId, [member]) })
  return { known, load, renew, search, add, remove, setAdmin, stats }
})
