import type { RookeryEvent } from '@rookery/sdk/protocol'
import { createCache, sql, type Database } from '../storage/index.ts'

/** What a membership says about rights. Counts and settings are read where they are needed. */
export interface Membership {
  readonly isGuest: boolean
  readonly isAdmin: boolean
  readonly explicitRoles: string
}

export interface Memberships {
  readonly teams: Map<string, Membership>
  readonly channels: Map<string, Membership>
}

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
      const memberships: Memberships = { teams: new Map(), channels: new Map() }
      for (const row of rows) {
        const membership = { isGuest: row.is_guest, isAdmin: row.is_admin, explicitRoles: row.explicit_roles }
        memberships[row.kind === 'team' ? 'teams' : 'channels'].set(row.id, membership)
      }
      return memberships
    },
  })
  return {
    of: async (userId) => (await cache.get(userId)) ?? { teams: new Map(), channels: new Map() },
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
