import { RookeryError, teamsStats, teamsUnread, type TeamUnread } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql, textArray } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'

/** Teams in numbers: their members, and what somebody has not read. */
export function createTeamCounts({ db, access }: Pick<ChatParts, 'db' | 'access'>): AnyImplementation[] {
  return [
    implement(teamsStats, {
      async access(context, { teamId }) {
        await access.team(context, teamId, 'view_team')
        return access.visibleUserIds(context)
      },
      handle: (_context, { teamId }, visible) => db.one<{ memberCount: number, activeMemberCount: number }>(sql`
        select count(*) as "memberCount", count(*) filter (where u.delete_at = 0) as "activeMemberCount"
        from team_members tm join users u on u.id = tm.user_id
        where tm.team_id = ${teamId} and tm.delete_at = 0 ${visible ? sql.fragment`and u.id = any (${textArray([...visible])})` : sql.fragment``}`),
    }),
    implement(teamsUnread, {
      async access(context, { userId, teamId }) {
        await access.self(context, userId, 'edit_other_users')
        if (teamId) await access.team(context, teamId, 'view_team')
      },
      async handle(_context, { userId, teamId, withThreads = false }) {
        const only = teamId ? sql.fragment`and tm.team_id = ${teamId}` : sql.fragment``
        // Of a muted channel only mentions are unread.
        const unread = await db.any<TeamUnread>(sql`
          select tm.team_id as "teamId",
            coalesce(sum(case when is_muted then 0 else greatest(unread, 0) end), 0)::bigint as "messageCount",
            coalesce(sum(case when is_muted then 0 else greatest(unread_root, 0) end), 0)::bigint as "messageCountRoot",
            coalesce(sum(mentions), 0)::bigint as "mentionCount", coalesce(sum(mentions_root), 0)::bigint as "mentionCountRoot",
            ${withThreads ? threadCount(userId) : sql.fragment`0`} as "threadCount", ${withThreads ? threadMentionCount(userId) : sql.fragment`0`} as "threadMentionCount"
          from team_members tm join teams t on t.id = tm.team_id
            left join lateral (
              select cm.notify_props ->> 'mark_unread' = 'mention' as is_muted, c.total_msg_count - cm.msg_count as unread, c.total_msg_count_root - cm.msg_count_root as unread_root,
                cm.mention_count + case when cm.counts_broadcast then c.broadcast_count - cm.broadcast_seen else 0 end as mentions,
                cm.mention_count_root + case when cm.counts_broadcast then c.broadcast_count_root - cm.broadcast_seen_root else 0 end as mentions_root
              from channel_members cm join channels c on c.id = cm.channel_id
              where cm.user_id = tm.user_id and c.team_id = tm.team_id and c.delete_at = 0) counts on true
          where tm.user_id = ${userId} and tm.delete_at = 0 and t.delete_at = 0 ${only} group by tm.team_id order by tm.team_id`)
        if (teamId && unread.length === 0) throw new RookeryError('team_member_not_found')
        return unread
      },
    }),
  ]
}

/** As the list of threads has them: of channels to which their follower belongs. */
const followed = (userId: string) => sql.fragment`
  from thread_members m join threads th on th.post_id = m.post_id join channel_members mine on mine.channel_id = th.channel_id and mine.user_id = m.user_id
  where m.user_id = ${userId} and m.is_following and th.team_id = tm.team_id and th.reply_count > 0 and th.delete_at = 0`
const threadCount = (userId: string) => sql.fragment`(select count(*) ${followed(userId)} and th.reply_count > m.seen_replies)`
const threadMentionCount = (userId: string) => sql.fragment`(select coalesce(sum(m.unread_mentions), 0)::bigint ${followed(userId)})`
