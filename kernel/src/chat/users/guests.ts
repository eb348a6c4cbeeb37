import {
  RookeryError, channelMemberAdded, channelMembersAdd, channelMemberUpdated, teamMemberUpdated, userRolesChanged, usersDemote, usersPromote, type Channel, type ChannelMember, type TeamMember, type User,
} from '@rookery/sdk/protocol'
import type { Emit } from '../../events/index.ts'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql, textArray, type SqlFragment, type Transaction } from '../../storage/index.ts'
import { channelColumns, channelMemberColumns } from '../channels/channel-rows.ts'
import { defaultChannels } from '../channels/default-channels.ts'
import { insertChannelMembers } from '../channels/insert-members.ts'
import { findKeptOut, type KeptOut } from '../channels/kept-out.ts'
import type { ChatParts } from '../parts.ts'
import { teamMemberColumns } from '../teams/team-rows.ts'
import { assertAdminsRemain } from './last-admin.ts'
import { emitUserUpdated } from './user-events.ts'
import { userColumns } from './user-rows.ts'

/** The channels that every user of a team is in, where this one is not: guests are in none of them by themselves. */
const missingDefaults = (userId: string): SqlFragment => sql.fragment`
  select ${channelColumns} from team_members tm join channels c on c.team_id = tm.team_id and c.delete_at = 0
  where tm.user_id = ${userId} and tm.delete_at = 0 and c.name = any (${textArray(defaultChannels.map(({ name }) => name))})
    and not exists (select 1 from channel_members cm where cm.channel_id = c.id and cm.user_id = ${userId})`

async function joinDefaults(transaction: Transaction, emit: Emit, userId: string, keptOut: KeptOut, now: number): Promise<void> {
  const missing = await transaction.any<Channel>(sql`${missingDefaults(userId)}`)
  for (const { id, teamId } of missing) {
    if (keptOut.has(id, userId)) continue
    const added = await insertChannelMembers(transaction, id, [{ userId, isGuest: false, isAdmin: false }], now)
    if (added.length > 0) emit(channelMemberAdded, { channelId: id, userId, teamId, isGuest: false, isAdmin: false }, { channelId: id })
  }
}

/** Guests become users and users guests, wherever they are members. A guest administers nothing. */
export function createGuests({ db, writer, access, settings, clock, ways }: Pick<ChatParts, 'db' | 'writer' | 'access' | 'settings' | 'clock' | 'ways'>): AnyImplementation[] {
  const promoting = ways(usersPromote)
  const isGuest = (user: User): boolean => user.roles.split(' ').includes('system_guest')

  /** Who is no guest any more comes into the default channels, but for some. */
  const change = (context: Context, userId: string, { becomesGuest, keptOut }: { becomesGuest: true, keptOut?: never } | { becomesGuest: false, keptOut: KeptOut }): Promise<void> => writer.write(async (transaction, emit) => {
    const now = clock.now()
    if (becomesGuest) await assertAdminsRemain(transaction, userId)
    const user = await transaction.one<User>(sql`
      update users u set roles = ${becomesGuest ? 'system_guest' : 'system_user'}, update_at = greatest(${now}, u.update_at + 1)
      where u.id = ${userId} returning ${userColumns}`)
    const teams = await transaction.any<TeamMember>(sql`
      update team_members tm set is_guest = ${becomesGuest}, is_admin = false, update_at = ${now}
      where tm.user_id = ${userId} and tm.delete_at = 0 returning ${teamMemberColumns}`)
    // Memberships of teams before channels, as by whoever joins or leaves; channels before memberships in them, as by posts: those of the user, and those that it joins below.
    await transaction.query(sql`
      select 1 from channels where id in (
        select channel_id from channel_members where user_id = ${userId} union select id from (${missingDefaults(userId)}) as missing)
      order by id for no key update`)
    const channels = await transaction.any<ChannelMember>(sql`
      update channel_members cm set is_guest = ${becomesGuest}, is_admin = false, update_at = ${now} from channels c
      where c.id = cm.channel_id and cm.user_id = ${userId} returning ${channelMemberColumns}`)
    emitUserUpdated(emit, user, settings)
    emit(userRolesChanged, { userId, roles: user.roles }, { userId })
    if (!becomesGuest) await joinDefaults(transaction, emit, userId, keptOut, now)
    for (const member of teams) emit(teamMemberUpdated, { member }, { userId })
    for (const member of channels) emit(channelMemberUpdated, { member }, { userId })
  }, context.actor.kind === 'user' ? { actorId: context.actor.userId } : {})

  return [
    implement(usersPromote, {
      async access(context, { userId }) {
        access.system(context, 'promote_guest')
        if (!isGuest(await access.account(context, userId, 'promote_guest'))) throw new RookeryError('not_a_guest')
      },
      async handle(context, { userId }) {
        const missing = promoting.isGuarded(channelMembersAdd) ? await db.any<Channel>(sql`${missingDefaults(userId)}`) : []
        const keptOut = await findKeptOut(promoting, context, missing.map((channel) => ({ channel, users: [{ id: userId }] })))
        await change(context, userId, { becomesGuest: false, keptOut })
        return {}
      },
    }),
    implement(usersDemote, {
      async access(context, { userId }) {
        access.system(context, 'demote_to_guest')
        if (isGuest(await access.account(context, userId, 'demote_to_guest'))) throw new RookeryError('already_guest')
      },
      async handle(context, { userId }) {
        await change(context, userId, { becomesGuest: true })
        return {}
      },
    }),
  ]
}
