import { deepEqual, rejects } from 'node:assert/strict'
import type { ChannelMember, User } from '@rookery/sdk/protocol'
import { useChannelMembers } from '../../src/data/channel-members.ts'
import { membersPerPage } from '../../src/data/members.ts'
import { createStoreWorld } from './store-world.ts'

/** A channel with so many people. */
function createMembers(count: number) {
  let names = Array.from({ length: count }, (_each, number) => `user${number}`)
  const world = createStoreWorld({
    'channelMembers.list': ({ page, perPage }: { page: number, perPage: number }) => names.slice(page * perPage, (page + 1) * perPage).map((userId) => ({ channelId: 'c', userId }) as unknown as ChannelMember),
    'users.listByIds': ({ userIds }: { userIds: string[] }) => userIds.map((id) => ({ id, username: id }) as unknown as User),
  })
  const members = world.use(useChannelMembers)
  return { world, members, leave(name: string) { names = names.filter((each) => each !== name) }, known: () => [...members.known.get('c')?.keys() ?? []] }
}

describe('members that are read anew', () => {
  it('are those of all pages that were read, without whoever has left', async () => {
    const { members, leave, known } = createMembers(2 * membersPerPage + 1)
    deepEqual([await members.load('c', 0), await members.load('c', 1)], [true, true])
    leave('user7')
    deepEqual([await members.renew('c', 2), known().length, known().includes('user7'), known().at(-1)], [true, 2 * membersPerPage, false, `user${2 * membersPerPage}`])
    deepEqual([await members.renew('c', 5), known().length], [false, 2 * membersPerPage])
  })

  it('stay as they were where that fails', async () => {
    const { world, members, known } = createMembers(3)
    await members.load('c', 0)
    world.answers['channelMembers.list'] = () => { throw new TypeError('Failed to fetch') }
    await rejects(members.renew('c', 1), TypeError)
    deepEqual(known(), ['user0', 'user1', 'user2'])
  })
})
