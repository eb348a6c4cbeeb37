import { deepEqual, equal } from 'node:assert/strict'
import type { Post } from '@rookery/sdk/protocol'
import { fromPage, maximumChanges, withChanges, withCreated, withNewer, withOlder, withoutPost, type Timeline } from '../../src/data/posts/timeline.ts'

const post = (id: string, createAt: number, deleteAt = 0): Post => ({ id, createAt, deleteAt }) as Post
const moments = new Map([['a', 1], ['b', 2], ['c', 3], ['d', 4], ['e', 5]])
const createAtOf = (id: string): number => moments.get(id) ?? 0
const all = [...moments].map(([id, at]) => post(id, at))
const page = (ids: string, previousPostId: string, nextPostId: string) => ({ posts: [...ids].reverse().map((id) => post(id, createAtOf(id))), previousPostId, nextPostId })

describe('a timeline', () => {
  const end: Timeline = { postIds: ['b', 'c'], hasOlder: true, hasNewer: false }
  const middle: Timeline = { ...end, hasNewer: true }

  it('grows by pages at either end without doubling what it has', () => {
    deepEqual(fromPage(page('bc', 'a', '')), end)
    deepEqual(withOlder(end, page('ab', '', 'c')), { postIds: ['a', 'b', 'c'], hasOlder: false, hasNewer: false })
    deepEqual(withNewer(middle, page('cde', 'b', '')), { postIds: ['b', 'c', 'd', 'e'], hasOlder: true, hasNewer: false })
  })

  it('takes a new post at its place, once, and only where it reaches the present', () => {
    deepEqual(withCreated(end, post('d', 4), createAtOf).postIds, ['b', 'c', 'd'])
    deepEqual(withCreated({ ...end, postIds: ['b', 'd'] }, post('c', 3), createAtOf).postIds, ['b', 'c', 'd'])
    equal(withCreated(end, post('c', 3), createAtOf), end)
    equal(withCreated(middle, post('d', 4), createAtOf), middle)
  })

  it('loses a post that was deleted, and stays the same for others', () => {
    deepEqual(withoutPost(end, 'b').postIds, ['c'])
    equal(withoutPost(end, 'x'), end)
  })

  it('catches up with changes, or says that they are too many', () => {
    deepEqual(withChanges(end, [post('e', 5), post('d', 4), post('b', 2, 9), post('a', 1)], createAtOf)?.postIds, ['c', 'd', 'e'])
    equal(withChanges(end, Array.from({ length: maximumChanges }, () => all[0] as Post), createAtOf), undefined)
  })
})
