import assert from 'node:assert/strict'
import { MembershipList, type Membership } from '../../src/auth/membership-list.ts'

const plain: Membership = { isGuest: false, isAdmin: false, explicitRoles: '' }
const admin: Membership = { isGuest: false, isAdmin: true, explicitRoles: 'channel_custom' }

describe('a list of memberships', () => {
  it('finds each that is in it, whatever the order they came in, and nothing else', () => {
    for (const size of [0, 1, 2, 3, 7, 8]) {
      const ids = Array.from({ length: size }, (_, number) => `id${String(number * 2).padStart(2, '0')}`)
      const list = new MembershipList(ids.toReversed().map((id, place) => ({ id, membership: place === 1 ? admin : plain })))
      assert.deepEqual(list.ids, ids)
      for (const [place, id] of ids.entries()) {
        assert.deepEqual(list.get(id), place === size - 2 ? admin : plain, `${id} of ${size}`)
        assert.equal(list.has(id), true)
      }
      for (let number = -1; number < size * 2; number += 2) assert.equal(list.get(`id${String(number).padStart(2, '0')}`), undefined)
      assert.equal(list.has(''), false)
      assert.equal(list.has('zzz'), false)
    }
  })
})
