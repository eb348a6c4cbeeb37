import { deepEqual, equal } from 'node:assert/strict'
import { Globe, Lock } from '@lucide/vue'
import type { Post } from '@rookery/sdk/protocol'
import { createCalendar } from '../../src/locales/calendar.ts'
import { readAttachments } from '../../src/views/messages/attachment-form.ts'
import { authorOf } from '../../src/views/messages/author.ts'
import { crowdSentences } from '../../src/views/messages/crowd.ts'
import { countAppended, countPrepended, entriesOf, placeOf } from '../../src/views/messages/entries.ts'
import { drawnSize, fileKindOf } from '../../src/views/messages/file-kinds.ts'
import { markedIdIn } from '../../src/views/messages/marked-id.ts'
import { previewsOf } from '../../src/views/messages/permalink-preview.ts'
import { postRightsOf, type RightFacts } from '../../src/views/messages/post-rights.ts'
import { createRowSizes } from '../../src/views/messages/row-sizes.ts'
import { createStick } from '../../src/views/messages/stick.ts'
import { systemIcon } from '../../src/views/messages/system-icon.ts'
import { systemWords } from '../../src/views/messages/system-text.ts'

const calendar = createCalendar()
const noon = new Date(2026, 0, 5, 12).getTime()
const minuteMs = 60_000
const post = (id: string, minutes: number, fields: Partial<Post> = {}): Post => ({ id, userId: 'ada', createAt: noon + minutes * minuteMs, type: '', props: {}, replyCount: 0, isPinned: false, ...fields }) as Post

describe('rows of a list of messages', () => {
  it('have a line for each day and one before what is unread, and go on where somebody goes on writing', () => {
    const entries = entriesOf([post('a', 0), post('b', 1), post('c', 2, { userId: 'bob' }), post('d', 60 * 24), post('e', 60 * 24 + 9)], { unreadFrom: noon + minuteMs, readerId: 'ada', hasStart: true, calendar })
    deepEqual(entries.map((entry) => (entry.kind === 'post' ? `${entry.key}${entry.isContinued ? '+' : ''}` : entry.kind)), ['start', 'day', 'a', 'b+', 'unread', 'c', 'day', 'd', 'e'])
    deepEqual(entriesOf([post('a', 0)], { unreadFrom: 0, readerId: 'ada', calendar }).map(({ kind }) => kind), ['day', 'post'])
    // Where a day begins with what is unread, one line says both.
    const [line] = entriesOf([post('a', 0, { userId: 'bob' })], { unreadFrom: 0, readerId: 'ada', calendar })
    deepEqual(line, { kind: 'unread', key: 'unread', at: noon, isNewDay: true })
  })

  it('are as high as they were when their channel was last on the screen, while the list is as wide as then', () => {
    const entries = entriesOf([post('a', 0), post('b', 9), post('c', 18)], { readerId: 'ada', calendar })
    const sizes = createRowSizes()
    equal(sizes.of('one', entries), undefined)
    sizes.keep('one', entries, [[30, 50, -1, 70], 48], 600)
    deepEqual(sizes.of('one', entries.slice(1)), [[50, -1, 70], 48])
    sizes.keep('two', entries, [[31, 51, 61, 71], 48], 400)
    equal(sizes.of('one', entries), undefined)
    deepEqual(sizes.of('two', entries), [[31, 51, 61, 71], 48])
  })

  it('have the days of the reader, wherever the browser is', () => {
    // Noon and 23:00 in Greenwich are two days in Tokyo.
    const [first, second] = [Date.UTC(2026, 0, 5, 12), Date.UTC(2026, 0, 5, 23)]
    const posts = [post('a', 0, { createAt: first }), post('b', 0, { createAt: second })]
    const kinds = (timeZone: string) => entriesOf(posts, { calendar: createCalendar(timeZone) }).map(({ kind }) => kind)
    deepEqual(kinds('Asia/Tokyo'), ['day', 'post', 'day', 'post'])
    deepEqual(kinds('Europe/London'), ['day', 'post', 'post'])
  })

  it('know what was put before them', () => {
    const before = entriesOf([post('c', 2), post('d', 3)], { calendar })
    equal(countPrepended(before, entriesOf([post('a', 0), post('b', 1), post('c', 2), post('d', 3)], { calendar })), 2)
    equal(countPrepended(before, entriesOf([post('c', 2), post('d', 3), post('e', 4)], { calendar })), 0)
    equal(countPrepended(before, entriesOf([post('x', 2)], { calendar })), 0)
    // At the end: what went on, what was sent and has another name now, and where it is another end altogether.
    const appended = (...posts: Post[]): number => countAppended(before, entriesOf(posts, { calendar }))
    deepEqual([appended(post('c', 2), post('d', 3)), appended(post('c', 2), post('d', 3), post('e', 4)), appended(post('c', 2), post('x', 3))], [0, 1, 1])
    deepEqual([appended(post('a', 0), post('c', 2), post('d', 3)), appended(post('x', 2), post('y', 3))], [0, 2])
  })

  it('are one where many came and went in a row, of one day and on one side of what is unread', () => {
    const told = (id: string, minutes: number, type: string, props: Post['props'], fields: Partial<Post> = {}): Post => post(id, minutes, { type, props, userId: props['username'] as string ?? 'ada', message: '', ...fields })
    const joined = (id: string, minutes: number, fields: Partial<Post> = {}): Post => told(id, minutes, 'system_join_channel', { username: id }, fields)
    const keys = (posts: readonly Post[], options: Partial<Parameters<typeof entriesOf>[1]> = {}): string => entriesOf(posts, { calendar, isOpen: () => false, ...options }).map(({ kind, key }) => (kind === 'unread' || kind === 'day' ? kind : key)).join(' ')
    const crowd = [joined('b', 0), joined('c', 1), joined('d', 2)]
    equal(keys(crowd), 'day crowd-b')
    equal(keys([joined('b', 0), post('x', 1), joined('c', 2)]), 'day b x c')
    equal(keys([...crowd, joined('e', 60 * 24), joined('f', 60 * 25)]), 'day crowd-b day crowd-e')
    equal(keys(crowd, { unreadFrom: noon, readerId: 'ada' }), 'day b unread crowd-c')
    // What is more than coming and going stands by itself: what somebody pinned or answered, and other things that the server tells.
    equal(keys([joined('b', 0), joined('c', 1, { isPinned: true }), joined('d', 2, { replyCount: 1 }), told('e', 3, 'system_header_change', { username: 'b', old_header: '', new_header: 'x' })]), 'day b c d e')
    // Opened, each follows; without the question nothing is folded.
    equal(keys(crowd, { isOpen: (posts) => posts.some(({ id }) => id === 'c') }), 'day crowd-b b c d')
    deepEqual(entriesOf(crowd, { calendar }).map(({ key }) => key).slice(1), ['b', 'c', 'd'])
    // Others after them change no key, others before them are known as such, and whoever is led to one of them finds all.
    const entries = (posts: readonly Post[]) => entriesOf(posts, { calendar, isOpen: () => false })
    equal(countAppended(entries(crowd), entries([...crowd, joined('e', 3)])), 0)
    deepEqual([countPrepended(entries(crowd), entries([joined('a', -1), ...crowd])), countPrepended(entries([...crowd, post('x', 3)]), entries([post('a', -1), ...crowd, post('x', 3)]))], [0, 1])
    deepEqual(['c', 'x', 'y'].map((id) => placeOf(entries([...crowd, post('x', 3)]), id)), [1, 2, -1])
  })

  it('say of many who came together what each did, by whom, and nobody twice', () => {
    const told = (type: string, props: Post['props']) => ({ type, props, message: '' })
    const added = (name: string, by = 'ada') => told('system_add_to_channel', { username: by, addedUsername: name })
    const posts = [added('b'), added('c'), told('system_leave_channel', { username: 'b' }), added('d', 'eve'), added('b'), told('system_remove_from_channel', { removedUsername: 'c' })]
    deepEqual(crowdSentences(posts).map(({ deed, people, person }) => [deed, people.join(), person]), [['addedToChannel', '@b,@c', '@ada'], ['leftChannel', '@b', ''], ['addedToChannel', '@d', '@eve'], ['removedFromChannel', '@c', '']])
    deepEqual(crowdSentences([added('d', 'eve')]).map(({ key, values }) => [key, values]), [['messages.system.addedToChannel', { person: '@eve', other: '@d' }]])
  })

  it('offer what the server would not refuse', () => {
    const offered = (fields: Partial<Post>, facts: Partial<RightFacts> & { held?: string[] }): string => {
      const { held = ['create_post', 'edit_post', 'delete_post', 'add_reaction'], ...rest } = facts
      const rights = postRightsOf(post('a', 0, { deleteAt: 0, ...fields }), { isOwn: true, isArchived: false, editWindowSeconds: -1, now: noon, has: (permission) => held.includes(permission), ...rest })
      return Object.entries(rights).filter(([, is]) => is).map(([name]) => name.slice(3)).join(' ')
    }
    equal(offered({}, {}), 'Edit Delete Pin React Reply')
    equal(offered({}, { isOwn: false }), 'Pin React Reply')
    equal(offered({}, { isOwn: false, held: ['edit_post', 'edit_others_posts', 'delete_others_posts'] }), 'Edit Delete')
    equal(offered({}, { isOwn: false, held: ['edit_others_posts'] }), '')
    equal(offered({}, { editWindowSeconds: 60, now: noon + 61_000 }), 'Delete Pin React Reply')
    equal(offered({ type: 'system_join_channel' }, {}), '')
    equal(offered({ type: 'system_join_channel' }, { isOwn: false, held: ['delete_others_posts'] }), 'Delete')
    equal(offered({}, { isArchived: true }), '')
    equal(offered({ deleteAt: 1 }, {}), '')
  })

  it('stay at the end until somebody scrolls up, whatever grows or shrinks', () => {
    const box = { scrollTop: 900, scrollHeight: 1000, clientHeight: 100 }
    const stick = createStick(() => box)
    stick.noteScroll()
    box.scrollHeight = 1300
    stick.follow()
    equal(box.scrollTop, 1300)
    Object.assign(box, { scrollTop: 1200, scrollHeight: 1300 })
    stick.noteScroll()
    // Rows above turned out smaller: the browser moves, nobody left.
    Object.assign(box, { scrollTop: 1100, scrollHeight: 1250 })
    stick.noteScroll()
    equal(stick.isAtEnd(), true)
    Object.assign(box, { scrollTop: 700 })
    stick.noteScroll()
    equal(stick.isAtEnd(), false)
  })

  it('do not stay at an end beyond which there is more, nor go on to the present when that has been read', () => {
    const box = { scrollTop: 0, scrollHeight: 1000, clientHeight: 100 }
    let hasMore = true
    const stick = createStick(() => box, () => hasMore)
    stick.hold()
    stick.follow()
    equal(box.scrollTop, 0)
    box.scrollTop = 900
    stick.noteScroll()
    hasMore = false
    box.scrollHeight = 2000
    stick.follow()
    deepEqual([stick.isAtEnd(), box.scrollTop], [false, 900])
    stick.hold()
    stick.follow()
    deepEqual([stick.isAtEnd(), box.scrollTop], [true, 2000])
  })

  it('are led to by what names a post, and by no other fragment of an address', () => {
    deepEqual([`#${'a'.repeat(26)}`, '#centre', '', `#${'a'.repeat(27)}`].map(markedIdIn), ['a'.repeat(26), '', '', ''])
  })

  it('show what a message links to in its team, and what belongs to none in that of the reader', () => {
    const embeds = [['mills', 'a'], ['', 'b']].map(([teamName, id]) => ({ type: 'permalink', teamName, post: { id } }))
    deepEqual(previewsOf({ embeds: [...embeds, { type: 'permalink', teamName: '' }, { type: 'link' }] }, 'engines').map(({ to }) => to), ['/mills/pl/a', '/engines/pl/b'])
  })

  it('say what the server tells in words, and leave what they do not know as it was written', () => {
    deepEqual(systemWords({ type: 'system_add_to_channel', message: '', props: { username: 'ada', addedUsername: 'bob' } }), { key: 'messages.system.addedToChannel', values: { person: '@ada', other: '@bob' } })
    deepEqual(systemWords({ type: 'system_remove_from_channel', message: '', props: { removedUsername: 'bob' } })?.values['person'], '@bob')
    equal(systemWords({ type: 'system_header_change', message: '', props: { username: 'ada', old_header: '', new_header: 'x' } })?.key, 'messages.system.header.set')
    const converted = (message: string, props: Post['props']): unknown[] => {
      const told = { type: 'system_change_chan_privacy', message, props }
      return [systemWords(told)?.key, systemIcon(told)]
    }
    const [isPrivate, isPublic] = [['messages.system.becamePrivate', Lock], ['messages.system.becamePublic', Globe]]
    // In whatever language the server stored it; of what it stored before it said so apart, the message tells.
    deepEqual([converted('Dieser Kanal ist jetzt privat.', { new_type: 'P' }), converted('public, no more private', { new_type: 'O' }), converted('a Private Channel', {}), converted('a Public Channel', {})], [isPrivate, isPublic, isPrivate, isPublic])
    deepEqual([systemWords({ type: 'system_join_channel', message: '', props: {} }), systemWords({ type: 'system_new', message: '', props: { username: 'ada' } })], [undefined, undefined])
  })

  it('take no more of an attachment than its form has, and no address that a browser would run', () => {
    const [attachment] = readAttachments({ attachments: [{ title: 1, title_link: 'javascript:alert(1)', image_url: 'data:image/svg+xml,x', color: 'red;background:url(x)', fields: [{ title: 'a', value: true, short: 'true' }, null], actions: [{ id: 'x', name: 'X', type: 'select', options: [{ text: 'One', value: '1' }, {}] }, { name: 'no id' }, 'x'] }, 7] })
    deepEqual([attachment?.title, attachment?.titleLink, attachment?.imageUrl, attachment?.color], ['1', '', '', ''])
    deepEqual(attachment?.fields, [{ title: 'a', value: 'true', isShort: true }])
    deepEqual(attachment?.actions.map(({ id, kind, options }) => [id, kind, options.length]), [['x', 'select', 1]])
    deepEqual([readAttachments({}), readAttachments({ attachments: 'x' })], [[], []])
  })

  it('show another name and picture only for integrations', () => {
    const props = { override_username: 'Build', override_icon_url: 'https://a.b/c.png' }
    deepEqual(authorOf({ props }, { isBot: false }, 'ada'), { name: 'ada', isBot: false, picture: undefined })
    deepEqual(authorOf({ props: { ...props, from_webhook: 'true' } }, { isBot: false }, 'ada'), { name: 'Build', isBot: true, picture: 'https://a.b/c.png' })
    equal(authorOf({ props: { from_bot: 'true', override_icon_url: 'javascript:x' } }, undefined, 'bot').picture, undefined)
  })

  it('know how large a picture will be before it is there, and what cannot be drawn', () => {
    deepEqual(drawnSize({ width: 4000, height: 2000 }, { width: 480, height: 320 }), { width: 480, height: 240 })
    deepEqual(drawnSize({ width: 10_000, height: 10 }, { width: 480, height: 320 }), { width: 480, height: 32 })
    deepEqual([['image/png', 1], ['image/svg+xml', 1], ['image/png', 0], ['video/mp4', 0], ['audio/mpeg', 0], ['text/html', 0]].map(([mimeType, size]) => fileKindOf({ mimeType: String(mimeType), width: Number(size), height: Number(size) })), ['image', 'other', 'other', 'video', 'audio', 'other'])
  })
})
