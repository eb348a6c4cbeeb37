import { deepEqual, equal } from 'node:assert/strict'
import type { PayloadOf, postCreated, Thread } from '@rookery/sdk/protocol'
import { isThreadUnread, readUpTo, sumOfMentions, threadWithRead, threadWithReply } from '../../src/data/threads/thread-changes.ts'
import { inboxOf } from '../../src/data/threads/inbox-rows.ts'

const thread = (id: string, rest: object = {}): Thread => ({ id, teamId: 't', isFollowing: true, replyCount: 1, lastReplyAt: 10, lastViewedAt: 5, unreadReplies: 0, unreadMentions: 0, participants: ['ada', 'bob'], deleteAt: 0, post: { id }, ...rest }) as unknown as Thread
const reply = (rest: object = {}): PayloadOf<typeof postCreated> => ({
  post: { id: 'p', userId: 'ada', rootId: 'r' }, root: { id: 'r', replyCount: 3, lastReplyAt: 20 }, channel: { teamId: 't' }, participants: [{ id: 'bob' }, { id: 'ada' }],
  followers: [{ userId: 'me', lastViewedAt: 5, unreadReplies: 2, unreadMentions: 1 }], ...rest,
}) as unknown as PayloadOf<typeof postCreated>

describe('threads', () => {
  it('take over what a reply tells, and begin with it where they were not known', () => {
    const known = threadWithReply(thread('r'), reply(), 'me')
    deepEqual([known?.replyCount, known?.lastReplyAt, known?.unreadReplies, known?.unreadMentions, known?.participants], [3, 20, 2, 1, ['bob', 'ada']])
    deepEqual(threadWithReply(undefined, reply(), 'me')?.participants, ['bob', 'ada'])
    equal(threadWithReply(undefined, reply(), 'stranger'), undefined)
    const before = thread('r')
    equal(threadWithReply(before, reply({ root: null }), 'me'), before)
  })

  it('are unread by replies and by mentions, until they are read', () => {
    deepEqual([thread('r'), thread('r', { unreadReplies: 1 }), thread('r', { unreadMentions: 1 })].map(isThreadUnread), [false, true, true])
    equal(isThreadUnread(threadWithRead(thread('r', { unreadReplies: 4 }), { viewedAt: 20, unreadReplies: 0, unreadMentions: 0 })), false)
  })

  it('are read up to the last reply that is seen, and what was read elsewhere stays read', () => {
    const replies = [{ createAt: 10 }, { createAt: 30 }]
    deepEqual([readUpTo(replies, undefined), readUpTo(replies, { lastReplyAt: 40, lastViewedAt: 20 }), readUpTo(replies, { lastReplyAt: 40, lastViewedAt: 40 })], [30, 30, 40])
    // Somebody's clock was fast: what comes next is unread all the same.
    deepEqual([readUpTo(replies, { lastReplyAt: 30, lastViewedAt: 9000 }), readUpTo([], undefined)], [30, 0])
  })

  it('count mentions of conversations once, however many teams tell of them', () => {
    equal(sumOfMentions([{ direct: 2, a: 1 }, { direct: 2, b: 3 }, {}]), 6)
  })
})

describe('the inbox', () => {
  const wanted = { teamId: 't', onlyUnread: false, listed: new Set(['a', 'b']), newestAt: 30 }
  const ids = (threads: Thread[], rest: object = {}): string[] => inboxOf(threads, { ...wanted, ...rest }).map(({ id }) => id)
  it('has what was listed and what came since, the latest reply first', () => {
    deepEqual(ids([thread('a', { lastReplyAt: 20 }), thread('b', { lastReplyAt: 30 }), thread('new', { lastReplyAt: 40 }), thread('old', { lastReplyAt: 10 })]), ['new', 'b', 'a'])
  })
  it('has no threads of other teams, without replies or not followed any more; those of conversations are in each team', () => {
    deepEqual(ids([thread('a', { teamId: 'other' }), thread('b', { teamId: '' }), thread('c', { lastReplyAt: 40, isFollowing: false }), thread('d', { lastReplyAt: 40, replyCount: 0 })]), ['b'])
  })
  it('keeps what is read meanwhile where only unread ones are shown', () => {
    deepEqual(ids([thread('a'), thread('read', { lastReplyAt: 50 }), thread('unread', { lastReplyAt: 60, unreadReplies: 1 })], { onlyUnread: true }), ['unread', 'a'])
  })
})
