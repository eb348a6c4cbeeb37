import { deepEqual, equal } from 'node:assert/strict'
import type { Category } from '@rookery/sdk/protocol'
import { categoryOf, changedCategories, withCategoryMoved, withChannelIn, withChannelMoved } from '../../src/data/category-changes.ts'

const category = (id: string, channelIds: string[], changes: Partial<Category> = {}): Category => ({
  id, userId: 'me', teamId: 'team', type: 'custom', displayName: id, sorting: '', sortOrder: 0, isMuted: false, isCollapsed: false, channelIds, ...changes,
})

describe('changes of a sidebar', () => {
  const sidebar = [category('favorites', []), category('work', ['a', 'b', 'hidden', 'c']), category('rest', ['d'])]
  const idsOf = (changed: readonly Category[]): Record<string, string[]> => Object.fromEntries(changed.map(({ id, channelIds }) => [id, channelIds]))

  it('put a channel in a place of its own category, which is sorted by hand from then on', () => {
    const after = withChannelMoved(sidebar, 'c', 'work', 0, ['a', 'b', 'c'])
    deepEqual(idsOf(after)['work'], ['c', 'a', 'b', 'hidden'])
    equal(after[1]?.sorting, 'manual')
    deepEqual(changedCategories(sidebar, after).map(({ id }) => id), ['work'])
  })
  it('put a channel in a place of another category', () => {
    const after = withChannelMoved(sidebar, 'd', 'work', 1, ['a', 'b', 'c'])
    deepEqual(idsOf(after), { favorites: [], work: ['a', 'd', 'b', 'c', 'hidden'], rest: [] })
    equal(categoryOf(after, 'd')?.id, 'work')
    deepEqual(changedCategories(sidebar, after).map(({ id }) => id), ['work', 'rest'])
  })
  it('leave the order of an empty category as it is sorted', () => {
    equal(withChannelMoved(sidebar, 'd', 'favorites', 0, [])[0]?.sorting, '')
  })
  it('put a channel into a category and touch no other', () => {
    const after = withChannelIn(sidebar, 'b', 'favorites')
    deepEqual(idsOf(after), { favorites: ['b'], work: ['a', 'hidden', 'c'], rest: ['d'] })
    equal(after[2], sidebar[2])
  })
  it('know no category that is not there', () => {
    equal(withChannelIn(sidebar, 'b', 'gone'), sidebar)
    equal(withChannelMoved(sidebar, 'b', 'gone', 0, []), sidebar)
  })
  it('put a category in a place', () => {
    deepEqual(withCategoryMoved(sidebar, 'rest', 0).map(({ id }) => id), ['rest', 'favorites', 'work'])
    deepEqual(withCategoryMoved(sidebar, 'favorites', 9).map(({ id }) => id), ['work', 'rest', 'favorites'])
  })
})
