import { deepEqual, equal } from 'node:assert/strict'
import type { Category, Channel } from '@rookery/sdk/protocol'
import { canHold, neighbour, sectionsOf, unreadsOf, withUnreadsOnTop, type Looks } from '../../src/views/sidebar/sections.ts'

const category = (id: string, channelIds: string[], changes: Partial<Category> = {}): Category => ({
  id, userId: 'me', teamId: 'team', type: 'custom', displayName: id, sorting: '', sortOrder: 0, isMuted: false, isCollapsed: false, channelIds, ...changes,
})
const channel = (id: string, changes: Partial<Channel> = {}): Channel => ({ id, type: 'O', displayName: id, name: id, deleteAt: 0, lastPostAt: 0, ...changes }) as Channel

describe('the sections of a sidebar', () => {
  const channels = new Map([
    channel('zoo', { lastPostAt: 3 }), channel('ant', { lastPostAt: 1 }), channel('bee', { lastPostAt: 2 }), channel('old', { deleteAt: 9 }), channel('talk', { type: 'D', lastPostAt: 5 }), channel('quiet', { type: 'D' }),
  ].map((one) => [one.id, one]))
  const looks = (changes: Partial<Looks> = {}): Looks => ({
    channelOf: (id) => channels.get(id), unreadOf: () => ({ messages: 0, mentions: 0 }), isMuted: () => false, isClosed: () => false,
    nameOf: ({ displayName }) => displayName, compareNames: (a, b) => a.localeCompare(b), currentId: '', directMessageLimit: 20, ...changes,
  })
  const shown = (sidebar: Category[], changes: Partial<Looks> = {}): string[][] => sectionsOf(sidebar, looks(changes)).map((section) => section.shown.map(({ id }) => id))
  const ids = ['zoo', 'ant', 'bee', 'old', 'gone']

  it('sort by name, by the latest post or by hand, without what is archived or gone', () => {
    deepEqual(shown([category('a', ids)]), [['ant', 'bee', 'zoo']])
    deepEqual(shown([category('a', ids, { sorting: 'recent' })]), [['zoo', 'bee', 'ant']])
    deepEqual(shown([category('a', ids, { sorting: 'manual' })]), [['zoo', 'ant', 'bee']])
    deepEqual(shown([category('a', ids)], { isMuted: (id) => id === 'ant' }), [['bee', 'zoo', 'ant']])
    deepEqual(shown([category('d', ['quiet', 'talk'], { type: 'direct_messages' })]), [['talk', 'quiet']])
  })
  it('show an archived channel while it is open', () => {
    deepEqual(shown([category('a', ids)], { currentId: 'old' }), [['ant', 'bee', 'old', 'zoo']])
  })
  it('keep what is unread and what is open on the screen when they are collapsed', () => {
    const unreadOf = (id: string) => ({ messages: id === 'zoo' || id === 'bee' ? 1 : 0, mentions: 0 })
    deepEqual(shown([category('a', ids, { isCollapsed: true })], { unreadOf }), [['bee', 'zoo']])
    deepEqual(shown([category('a', ids, { isCollapsed: true })], { unreadOf, isMuted: (id) => id === 'zoo', currentId: 'ant' }), [['ant', 'bee']])
  })
  it('bring a closed conversation back with its next message', () => {
    const sidebar = [category('d', ['quiet', 'talk'], { type: 'direct_messages' })]
    deepEqual(shown(sidebar, { isClosed: () => true }), [[]])
    deepEqual(shown(sidebar, { isClosed: () => true, unreadOf: (id) => ({ messages: Number(id === 'quiet'), mentions: 0 }) }), [['quiet']])
  })
  it('keep to the number of conversations that was chosen, and show what is new or open beyond it', () => {
    const sidebar = [category('d', ['quiet', 'talk'], { type: 'direct_messages' })]
    deepEqual(shown(sidebar, { directMessageLimit: 1 }), [['talk']])
    deepEqual(shown(sidebar, { directMessageLimit: 1, currentId: 'quiet' }), [['talk', 'quiet']])
    deepEqual(shown(sidebar, { directMessageLimit: 1, unreadOf: (id) => ({ messages: Number(id === 'quiet'), mentions: 0 }) }), [['talk', 'quiet']])
    deepEqual(shown([category('a', ids)], { directMessageLimit: 1 }), [['ant', 'bee', 'zoo']])
  })
  it('put what is unread on top, and keep there what is being read', () => {
    const parts = (changes: Partial<Looks>, keptId = ''): string[][] => {
      const all = looks(changes)
      const { top, sections } = withUnreadsOnTop(sectionsOf([category('a', ids)], all), all, keptId)
      return [top, ...sections.map((section) => section.shown)].map((list) => list.map(({ id }) => id))
    }
    const unreadOf = (id: string) => ({ messages: Number(id === 'bee'), mentions: 0 })
    deepEqual(parts({ unreadOf }), [['bee'], ['ant', 'zoo']])
    deepEqual(parts({ currentId: 'bee' }, 'bee'), [['bee'], ['ant', 'zoo']])
    deepEqual(parts({ currentId: 'ant' }, 'bee'), [[], ['ant', 'bee', 'zoo']])
  })
  it('make a list of what is unread: mentions first, then the latest', () => {
    const unreadOf = (id: string) => ({ messages: 1, mentions: Number(id === 'ant') })
    const all = looks({ unreadOf, isMuted: (id) => id === 'bee' })
    deepEqual(unreadsOf(sectionsOf([category('a', ids), category('d', ['talk'])], all), all).map(({ id }) => id), ['ant', 'talk', 'zoo'])
  })
  it('hold channels here and conversations there', () => {
    equal(canHold({ type: 'channels' }, { type: 'D' }), false)
    equal(canHold({ type: 'direct_messages' }, { type: 'O' }), false)
    equal(canHold({ type: 'direct_messages' }, { type: 'G' }), true)
    equal(canHold({ type: 'custom' }, { type: 'D' }), true)
  })
  it('have neighbours that go round', () => {
    const order = ['a', 'b', 'c']
    equal(neighbour(order, 'a', 1), 'b')
    equal(neighbour(order, 'a', -1), 'c')
    equal(neighbour(order, 'c', 1), 'a')
    equal(neighbour(order, 'elsewhere', 1), 'a')
    equal(neighbour(order, 'elsewhere', -1), 'c')
    equal(neighbour(order, 'a', 1, (id) => id === 'c'), 'c')
    equal(neighbour(order, 'a', 1, () => false), undefined)
    equal(neighbour([], 'a', 1), undefined)
  })
})
