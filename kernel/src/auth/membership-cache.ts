import type { RookeryEvent } from '@rookery/sdk/protocol'
import { createCache, sql, type Database } from '../storage/index.ts'
import { MembershipList } from './membership-list.ts'

export interface Memberships {
  readonly teams: MembershipList
  readonly channels: MembershipList
}

/** Of somebody who belongs nowhere. */
export const noMemberships: Memberships = { teams: new MembershipList(), channels: new MembershipList() }

/** Who belongs where, per user; forgotten when an event says that it changed. */
export interface MembershipCache {
  of(userId: string): Promise<Memberships>
  learn(event: RookeryEvent): void
}

interface Row { kind: 'team' | 'channel', id: string, is_guest: boolean, is_admin: boolean, explicit_roles: string }

const membershipEvents = new Set(['teamMember.added', 'teamMember.updated', 'teamMember.removed', 'channelMember.added', 'channelMember.updated', 'channelMember.removed'])

export function createMembershipCache({ db, maximum = 20_000 }: { db: Database, maximum?: number }): MembershipCache {
  const cache = createCache<Memberships>({
    maximum,
    async load(userId) {
      const rows = await db.any<Row>(sql`
        select 'team' as kind, team_id as id, is_guest, is_admin, explicit_roles from team_members
          where user_id = ${userId} and delete_at = 0
        union all
        select 'channel', channel_id, is_guest, is_admin, explicit_roles from channel_members where user_id = ${userId}`)
      const listOf = (kind: Row['kind']): MembershipList => new MembershipList(rows.filter((row) => row.kind === kind)
        .map((row) => ({ id: row.id, membership: { isGuest: row.is_guest, isAdmin: row.is_admin, explicitRoles: row.explicit_roles } })))
      return { teams: listOf('team'), channels: listOf('channel') }
    },
  })
  return {
    of: async (userId) => (await cache.get(userId)) ?? noMemberships,
    learn(event) {
      if (event.name === 'channel.created') {
        for (const userId of (event.payload as { memberIds: string[] }).memberIds) cache.forget(userId)
        return
      }
      if (!membershipEvents.has(event.name)) return
      const payload = event.payload as { userId?: string, member?: { userId: string } }
      const userId = payload.userId ?? payload.member?.userId
      if (userId) cache.forget(userId)
    },
  }
}
