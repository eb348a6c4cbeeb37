import { deepEqual, equal } from 'node:assert/strict'
import type { Channel, ChannelMember, PayloadOf, postCreated } from '@rookery/sdk/protocol'
import { channelWithPost, memberWithPost, memberWithView, unreadOf } from '../../src/data/unread.ts'

const channel = { id: 'c', deleteAt: 0, lastPostAt: 100, lastRootPostAt: 100, totalMessageCount: 5, totalMessageCountRoot: 4 } as Channel
const member = { channelId: 'c', userId: 'me', lastViewedAt: 100, messageCount: 5, messageCountRoot: 4, mentionCount: 0, mentionCountRoot: 0, notifyProps: {} } as unknown as ChannelMember
const event = (post: object, rest: object = {}) => ({ post: { type: '', rootId: '', userId: 'bob', createAt: 101, ...post }, mentions: [], mentionsEverybody: false, ...rest }) as unknown as PayloadOf<typeof postCreated>

/** Both as they are after the event. */
const after = (told: PayloadOf<typeof postCreated>, before = { channel, member }) => ({ channel: channelWithPost(before.channel, told), member: memberWithPost(before.member, before.channel, told) })

describe('what is unread', () => {
  it('counts roots of others, once, however often they are told', () => {
    const told = event({})
    const once = after(told)
    deepEqual(unreadOf(once.channel, once.member), { messages: 1, mentions: 0 })
    deepEqual(after(told, once), once)
  })

  it('counts no replies, no comings and goings, and nothing in an archive', () => {
    const reply = after(event({ rootId: 'r' }))
    deepEqual([reply.channel.totalMessageCount, unreadOf(reply.channel, reply.member).messages], [6, 0])
    equal(channelWithPost(channel, event({ type: 'system_join_channel' })), channel)
    deepEqual(unreadOf({ ...channel, totalMessageCountRoot: 9, deleteAt: 1 }, member), { messages: 0, mentions: 0 })
    deepEqual(unreadOf({ ...channel, totalMessageCountRoot: 9 }, undefined), { messages: 0, mentions: 0 })
  })

  it('counts mentions by name and of everybody, but for those who do not want the latter', () => {
    equal(after(event({}, { mentions: ['me'] })).member.mentionCountRoot, 1)
    equal(after(event({}, { mentionsEverybody: true })).member.mentionCountRoot, 1)
    equal(after(event({}, { mentionsEverybody: true }), { channel, member: { ...member, notifyProps: { ignore_channel_mentions: 'on' } } }).member.mentionCountRoot, 0)
  })

  it('is nothing after an own post and after a look', () => {
    const behind = { channel: { ...channel, totalMessageCountRoot: 9, totalMessageCount: 10 }, member: { ...member, mentionCountRoot: 2 } }
    const own = after(event({ userId: 'me' }), behind)
    deepEqual(unreadOf(own.channel, own.member), { messages: 0, mentions: 0 })
    deepEqual(unreadOf(behind.channel, memberWithView(behind.member, behind.channel, 200)), { messages: 0, mentions: 0 })
    equal(memberWithView(behind.member, behind.channel, 50), behind.member)
  })
})
