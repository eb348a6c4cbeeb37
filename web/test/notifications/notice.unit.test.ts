import { deepEqual, equal } from 'node:assert/strict'
import type { PayloadOf, postCreated } from '@rookery/sdk/protocol'
import { createBurst } from '../../src/data/notifications/burst.ts'
import { noticeOf, placesOf, type NoticeFacts } from '../../src/data/notifications/notice.ts'

type PostCreated = PayloadOf<typeof postCreated>
const event = ({ post = {}, channel = {}, ...rest }: { post?: object, channel?: object, mentions?: string[], mentionsEverybody?: boolean, followers?: object[] } = {}): PostCreated => ({
  post: { id: 'p', type: '', rootId: '', userId: 'bob', channelId: 'c', props: {}, ...post }, channel: { type: 'O', ...channel }, mentions: [], mentionsEverybody: false, followers: [], ...rest,
}) as unknown as PostCreated
const account = { desktop: 'mention', desktop_sound: 'true', desktop_threads: 'all', channel: 'true' }
const facts = ({ account: own = {}, channel = {}, ...rest }: { account?: object, channel?: object } & Partial<NoticeFacts> = {}): NoticeFacts => ({
  myId: 'me', status: 'online', areThreadsCollapsed: true, ...rest, account: { ...account, ...own }, member: { notifyProps: { desktop: 'default', desktop_threads: 'default', ...channel } as never },
})
const kind = (told: PostCreated, known: NoticeFacts = facts()): string | undefined => noticeOf(told, known)?.kind
const mention = event({ mentions: ['me'] })
const reply = (rest: object = {}): PostCreated => event({ post: { rootId: 'r' }, followers: [{ userId: 'me' }], ...rest })

describe('who is told of a post', () => {
  it('tells of mentions, of everybody meant, and of conversations', () => {
    equal(kind(mention), 'mention')
    equal(kind(event({ mentionsEverybody: true })), 'mention')
    equal(kind(event()), undefined)
    equal(kind(event({ channel: { type: 'D' } })), 'direct')
    // The first message of a conversation comes before its membership.
    equal(kind(event({ channel: { type: 'G' } }), { ...facts(), member: undefined }), 'direct')
    equal(kind(mention, { ...facts(), member: undefined }), undefined)
  })

  it('never tells of own posts, of what the server says, and while one may not be disturbed', () => {
    equal(kind(event({ post: { userId: 'me' }, mentions: ['me'] })), undefined)
    equal(kind(event({ post: { userId: 'me', props: { from_webhook: 'true' } }, mentions: ['me'] })), 'mention')
    equal(kind(event({ post: { type: 'system_join_channel' }, mentions: ['me'] })), undefined)
    equal(kind(event({ post: { type: 'system_header_change' }, channel: { type: 'D' } })), undefined)
    for (const status of ['online', 'away', 'offline'] as const) equal(kind(mention, facts({ status })), 'mention')
    equal(kind(mention, facts({ status: 'dnd' })), undefined)
  })

  it('goes by the channel before the account', () => {
    equal(kind(event(), facts({ account: { desktop: 'all' } })), 'message')
    equal(kind(event(), facts({ channel: { desktop: 'all' } })), 'message')
    equal(kind(mention, facts({ account: { desktop: 'none' } })), undefined)
    equal(kind(mention, facts({ account: { desktop: 'none' }, channel: { desktop: 'mention' } })), 'mention')
    equal(kind(mention, facts({ channel: { mark_unread: 'mention', desktop: 'all' } })), undefined)
    equal(kind(mention, facts({ account: { desktop: 'nonsense' } })), 'mention')
  })

  it('counts everybody only for those who want that', () => {
    const everybody = event({ mentionsEverybody: true })
    equal(kind(everybody, facts({ account: { channel: 'false' } })), undefined)
    equal(kind(everybody, facts({ account: { channel: 'false' }, channel: { ignore_channel_mentions: 'off' } })), 'mention')
    equal(kind(everybody, facts({ channel: { ignore_channel_mentions: 'on' } })), undefined)
  })

  it('tells of replies to those who follow, by the settings for threads', () => {
    equal(kind(reply()), 'reply')
    equal(kind(reply({ mentions: ['me'] })), 'mention')
    equal(kind(event({ post: { rootId: 'r' }, mentions: [] })), undefined)
    equal(kind(event({ post: { rootId: 'r' }, channel: { type: 'D' } })), undefined)
    equal(kind(reply(), facts({ account: { desktop_threads: 'mention' } })), undefined)
    equal(kind(reply(), facts({ account: { desktop_threads: 'mention' }, channel: { desktop_threads: 'all' } })), 'reply')
    equal(kind(reply(), facts({ account: { desktop_threads: 'none', desktop: 'all' } })), undefined)
    // Replies stand in the channel: what holds for the channel holds for them.
    equal(kind(reply(), facts({ areThreadsCollapsed: false })), undefined)
    equal(kind(reply(), facts({ areThreadsCollapsed: false, account: { desktop: 'all' } })), 'message')
  })

  it('has a sound unless account or channel say otherwise', () => {
    const sound = (known: NoticeFacts): boolean | undefined => noticeOf(mention, known)?.hasSound
    deepEqual([sound(facts()), sound(facts({ account: { desktop_sound: 'false' } })), sound(facts({ account: { desktop_sound: 'false' }, channel: { desktop_sound: 'on' } })), sound(facts({ channel: { desktop_sound: 'off' } }))], [true, false, true, false])
  })

  it('knows where a post shows', () => {
    deepEqual(placesOf({ channelId: 'c', rootId: '' }, true), ['c'])
    deepEqual(placesOf({ channelId: 'c', rootId: 'r' }, true), ['r'])
    deepEqual(placesOf({ channelId: 'c', rootId: 'r' }, false), ['c', 'r'])
  })

  it('is quiet where many come at once', () => {
    const isOneOfMany = createBurst()
    deepEqual([0, 1, 2, 3, 4, 5].map((at) => isOneOfMany(at)), [false, false, false, false, true, true])
    equal(isOneOfMany(20_000), false)
  })
})
