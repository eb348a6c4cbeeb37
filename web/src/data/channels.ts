import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import {
  channelCreated, channelMemberAdded, channelMemberRemoved, channelMembersAdd, channelMembersGet, channelMembersListOfUser, channelMembersRemove,
  channelMembersSetNotifyProps, channelMemberUpdated, channelsArchive, channelsConvertGroup, channelsCreate, channelsCreateDirect, channelsCreateGroup, channelsGet, channelsGetByName, channelsListOfTeam,
  channelsListOfUser, channelsRestore, channelsSearch, channelsSetPrivacy, channelsUpdate, channelsView, channelsViewed, channelUpdated, postCreated, postsMarkedUnread, postsMarkUnread,
  type Channel, type ChannelMember, type InputOf,
} from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useMyId } from './session.ts'
import { channelWithPost, memberWithPosition, memberWithPost, memberWithView, nothingUnread, unreadOf, type Unread } from './unread.ts'

/** Channels of all teams to which whoever is signed in belongs, with what is unread in them. */
export const useChannels = defineStore('channels', () => {
  const { client, live } = useServer()
  const myId = useMyId()
  const channels = shallowReactive(new Map<string, Channel>())
  /** Own memberships, by channel. */
  const members = shallowReactive(new Map<string, ChannelMember>())

  const replace = (told: readonly Channel[], mine: readonly ChannelMember[]): void => {
    channels.clear()
    members.clear()
    for (const channel of told) channels.set(channel.id, channel)
    for (const member of mine) members.set(member.channelId, member)
  }
  const load = async (): Promise<void> => {
    const userId = myId()
    replace(...await Promise.all([client.run(channelsListOfUser, { userId }), client.run(channelMembersListOfUser, { userId })]))
  }
  /** Reads one channel and the own membership in it. */
  const read = async (channelId: string): Promise<Channel> => {
    const [channel, member] = await Promise.all([
      client.run(channelsGet, { channelId }), client.run(channelMembersGet, { channelId, userId: myId() }).catch(() => undefined),
    ])
    channels.set(channel.id, channel)
    if (member) members.set(channel.id, member)
    return channel
  }
  const forget = (channelId: string): void => {
    channels.delete(channelId)
    members.delete(channelId)
  }

  const ofTeam = (teamId: string): Channel[] => [...channels.values()].filter((channel) => (channel.teamId === teamId || channel.teamId === '') && members.has(channel.id) && channel.deleteAt === 0)
  const byName = (teamId: string, name: string): Channel | undefined => {
    for (const channel of channels.values()) if ((channel.teamId === teamId || channel.teamId === '') && channel.name === name) return channel
    return undefined
  }
  /** By the name in an address; a public channel that one may read is read. */
  const find = async (teamId: string, name: string): Promise<Channel> => byName(teamId, name) ?? read((await client.run(channelsGetByName, { teamId, name, includeArchived: true })).id)
  const unread = (channelId: string): Unread => {
    const channel = channels.get(channelId)
    return channel ? unreadOf(channel, members.get(channelId)) : nothingUnread
  }
  /** By team; direct and group channels are under ''. */
  const unreadOfTeams = computed(() => {
    const totals = new Map<string, Unread>()
    for (const channel of channels.values()) {
      const { messages, mentions } = unreadOf(channel, members.get(channel.id))
      const total = totals.get(channel.teamId) ?? nothingUnread
      if (messages > 0 || mentions > 0) totals.set(channel.teamId, { messages: total.messages + messages, mentions: total.mentions + mentions })
    }
    return totals
  })

  /** The other one of a direct channel; oneself where one writes to oneself. */
  const partnerOf = ({ name }: Channel): string => name.split('__').find((userId) => userId !== myId()) ?? myId()

  const view = async (channelId: string): Promise<void> => {
    const channel = channels.get(channelId)
    const member = members.get(channelId)
    if (!channel || !member) return
    // At once, so that the badge goes when the channel comes; the server's moment follows.
    members.set(channelId, memberWithView(member, channel, member.lastViewedAt))
    await client.run(channelsView, { userId: myId(), channelIds: [channelId] })
  }
  /** Everything in these channels. */
  const markRead = async (channelIds: readonly string[]): Promise<void> => {
    for (const channelId of channelIds) {
      const channel = channels.get(channelId)
      const member = members.get(channelId)
      if (channel && member) members.set(channelId, memberWithView(member, channel, member.lastViewedAt))
    }
    // As many as the server takes at once.
    for (let from = 0; from < channelIds.length; from += 1000) await client.run(channelsView, { userId: myId(), channelIds: channelIds.slice(from, from + 1000) })
  }
  const markUnread = async (postId: string): Promise<void> => {
    const position = await client.run(postsMarkUnread, { userId: myId(), postId, countsThreadsApart: true })
    const member = members.get(position.channelId)
    if (member) members.set(position.channelId, memberWithPosition(member, position))
  }
  const create = async (input: InputOf<typeof channelsCreate>): Promise<Channel> => read((await client.run(channelsCreate, input)).id)
  const openDirect = async (userId: string): Promise<Channel> => {
    const name = [myId(), userId].sort().join('__')
    for (const channel of channels.values()) if (channel.name === name) return channel
    return read((await client.run(channelsCreateDirect, { userIds: [myId(), userId] })).id)
  }
  const openGroup = async (userIds: string[]): Promise<Channel> => read((await client.run(channelsCreateGroup, { userIds })).id)
  const join = async (channelId: string): Promise<Channel> => {
    await client.run(channelMembersAdd, { channelId, userIds: [myId()] })
    return read(channelId)
  }
  const leave = async (channelId: string): Promise<void> => {
    await client.run(channelMembersRemove, { channelId, userId: myId() })
    forget(channelId)
  }
  const update = async (input: InputOf<typeof channelsUpdate>): Promise<void> => { channels.set(input.channelId, await client.run(channelsUpdate, input)) }
  const setPrivacy = async (channelId: string, type: 'O' | 'P'): Promise<void> => { channels.set(channelId, await client.run(channelsSetPrivacy, { channelId, type })) }
  const convertGroup = async (input: InputOf<typeof channelsConvertGroup>): Promise<Channel> => {
    const channel = await client.run(channelsConvertGroup, input)
    channels.set(channel.id, channel)
    return channel
  }
  const archive = async (channelId: string): Promise<void> => {
    await client.run(channelsArchive, { channelId })
    await read(channelId)
  }
  const restore = async (channelId: string): Promise<void> => { channels.set(channelId, await client.run(channelsRestore, { channelId })) }
  const setNotifyProps = async (channelId: string, notifyProps: InputOf<typeof channelMembersSetNotifyProps>['notifyProps']): Promise<void> => {
    members.set(channelId, await client.run(channelMembersSetNotifyProps, { channelId, userId: myId(), notifyProps }))
  }
  const list = (teamId: string, kind: 'public' | 'archived', page: number, perPage = 50): Promise<Channel[]> => client.run(channelsListOfTeam, { teamId, kind, page, perPage })
  const search = async (input: InputOf<typeof channelsSearch>): Promise<Channel[]> => (await client.run(channelsSearch, input)).map(({ channel }) => channel)

  live.on(postCreated, (event) => {
    const { channelId } = event.post
    const channel = channels.get(channelId)
    const member = members.get(channelId)
    // A direct channel begins to exist for somebody with its first message.
    if (!channel || !member) {
      if (event.channel.type === 'D' || event.channel.type === 'G') read(channelId).catch(() => {})
      return
    }
    members.set(channelId, memberWithPost(member, channel, event))
    channels.set(channelId, channelWithPost(channel, event))
  })
  live.on(channelsViewed, ({ userId, viewedAt }) => {
    if (userId !== myId()) return
    for (const [channelId, at] of Object.entries(viewedAt)) {
      const channel = channels.get(channelId)
      const member = members.get(channelId)
      if (!channel || !member) continue
      // What was written in the same moment is counted by the server alone.
      if (channel.lastPostAt > at) client.run(channelMembersGet, { channelId, userId }).then((told) => { members.set(channelId, told) }, () => {})
      else members.set(channelId, memberWithView(member, channel, at))
    }
  })
  live.on(postsMarkedUnread, ({ position }) => {
    const member = members.get(position.channelId)
    if (member && position.userId === myId()) members.set(position.channelId, memberWithPosition(member, position))
  })
  live.on(channelCreated, ({ channel, memberIds, creatorId }) => { if (creatorId === myId() || memberIds.includes(myId())) read(channel.id).catch(() => {}) })
  live.on(channelUpdated, ({ channel }) => { if (channels.has(channel.id) || members.has(channel.id)) channels.set(channel.id, channel) })
  live.on(channelMemberUpdated, ({ member }) => { if (member.userId === myId()) members.set(member.channelId, member) })
  live.on(channelMemberAdded, ({ channelId, userId }) => {
    if (userId === myId()) read(channelId).catch(() => {})
    else countMembers(channelId, 1)
  })
  live.on(channelMemberRemoved, ({ channelId, userId }) => {
    if (userId === myId()) forget(channelId)
    else countMembers(channelId, -1)
  })
  const countMembers = (channelId: string, change: number): void => {
    const channel = channels.get(channelId)
    if (channel) channels.set(channelId, { ...channel, memberCount: Math.max(0, channel.memberCount + change) })
  }

  return {
    channels, members, load, replace, read, ofTeam, byName, find, unread, unreadOfTeams, partnerOf, view, markRead, markUnread, create, openDirect, openGroup, join, leave, update,
    setPrivacy, convertGroup, archive, restore, setNotifyProps, list, search,
  }
})
