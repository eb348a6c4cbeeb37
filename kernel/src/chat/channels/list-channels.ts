import {
  channelsListAll, channelsListByIds, channelsListOfTeam, channelsListOfUser, channelsSearch, channelsSearchGroups, type Channel, type ChannelWithTeam,
} from '@rookery/sdk/protocol'
import { actorIdOf, implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql, textArray, type SqlFragment } from '../../storage/index.ts'
import { matchesTerm } from '../like-pattern.ts'
import type { ChatParts } from '../parts.ts'
import { channelColumns } from './channel-rows.ts'
import { defaultChannels } from './default-channels.ts'

const maximumFound = 50
const isMine = (userId: string): SqlFragment => sql.fragment`exists (select 1 from channel_members cm where cm.channel_id = c.id and cm.user_id = ${userId})`
const withTeam = sql.fragment`${channelColumns}, coalesce(t.name, '') as "teamName", coalesce(t.display_name, '') as "teamDisplayName", coalesce(t.update_at, 0) as "teamUpdateAt"`
const separate = ({ teamName, teamDisplayName, teamUpdateAt, ...channel }: Channel & Omit<ChannelWithTeam, 'channel'>): ChannelWithTeam => ({ channel, teamName, teamDisplayName, teamUpdateAt })

/** Lists of channels, and finding them by name. */
export function createChannelLists({ db, access }: Pick<ChatParts, 'db' | 'access'>): AnyImplementation[] {
  /** Whether public channels are the actor's to see: not for guests, who see what they belong to. */
  const seesPublic = (context: Context, teamId: string): Promise<boolean> => access.hasTeam(context, teamId, 'list_team_channels')

  return [
    implement(channelsListOfTeam, {
      async access(context, { teamId, kind }) {
        if (kind === 'private') access.system(context, 'manage_system')
        await access.team(context, teamId, kind === 'public' ? 'list_team_channels' : 'view_team')
        return seesPublic(context, teamId)
      },
      handle(context, { teamId, kind, page = 0, perPage = 60 }, isPublicSeen) {
        const condition = {
          public: sql.fragment`c.type = 'O' and c.delete_at = 0`,
          private: sql.fragment`c.type = 'P' and c.delete_at = 0`,
          archived: sql.fragment`c.delete_at > 0 and ((${isPublicSeen} and c.type = 'O') or ${isMine(actorIdOf(context))})`,
        }[kind]
        return db.any<Channel>(sql`
          select ${channelColumns} from channels c where c.team_id = ${teamId} and ${condition}
          order by lower(c.display_name), c.id limit ${perPage} offset ${page * perPage}`)
      },
    }),
    implement(channelsListByIds, {
      async access(context, { teamId }) {
        await access.team(context, teamId, 'view_team')
        return seesPublic(context, teamId)
      },
      handle: (context, { teamId, channelIds }, isPublicSeen) => db.any<Channel>(sql`
        select ${channelColumns} from channels c
        where c.team_id = ${teamId} and c.id = any (${textArray(channelIds)}) and c.type = 'O' and c.delete_at = 0 and (${isPublicSeen} or ${isMine(actorIdOf(context))})
        order by lower(c.display_name), c.id`),
    }),
    implement(channelsListOfUser, {
      async access(context, { userId, teamId }) {
        await access.self(context, userId, 'edit_other_users')
        if (teamId) await access.team(context, teamId, 'view_team')
      },
      handle: (_context, { userId, teamId, includeArchived = false, archivedSince = 0 }) => db.any<Channel>(sql`
        select ${channelColumns} from channel_members cm join channels c on c.id = cm.channel_id
        where cm.user_id = ${userId} ${teamId ? sql.fragment`and c.team_id in (${teamId}, '')` : sql.fragment``}
          and (c.delete_at = 0 or (${includeArchived} and c.delete_at >= ${archivedSince}))
        order by lower(c.display_name), c.id`),
    }),
    implement(channelsListAll, {
      access(context) { access.system(context, 'sysconsole_read_user_management_channels') },
      async handle(_context, { term = '', teamIds, types = ['O', 'P'], includeArchived = false, onlyArchived = false, excludeDefault = false, page = 0, perPage = 60 }) {
        const condition = sql.fragment`
          c.type = any (${textArray(types)}) and ${matchesTerm(term, [sql.fragment`c.name`, sql.fragment`c.display_name`, sql.fragment`c.purpose`])}
          and ${onlyArchived ? sql.fragment`c.delete_at > 0` : includeArchived ? sql.fragment`true` : sql.fragment`c.delete_at = 0`}
          and ${teamIds && teamIds.length > 0 ? sql.fragment`c.team_id = any (${textArray(teamIds)})` : sql.fragment`true`}
          and ${excludeDefault ? sql.fragment`c.name <> all (${textArray(defaultChannels.map(({ name }) => name))})` : sql.fragment`true`}`
        const [found, totalCount] = await Promise.all([
          db.any<Channel & Omit<ChannelWithTeam, 'channel'>>(sql`
            select ${withTeam} from channels c join teams t on t.id = c.team_id where ${condition}
            order by lower(c.display_name), c.id limit ${perPage} offset ${page * perPage}`),
          db.value<number>(sql`select count(*) from channels c where ${condition}`),
        ])
        return { channels: found.map(separate), totalCount }
      },
    }),
    implement(channelsSearch, {
      /** The teams whose public channels the actor sees, and itself. */
      async access(context, { teamId }) {
        const userId = access.userId(context)
        if (teamId) await access.team(context, teamId, 'view_team')
        const teamIds = teamId ? [teamId] : (await access.memberships(context)).teams.ids
        const isSeen = await Promise.all(teamIds.map((id) => seesPublic(context, id)))
        return { userId, teamIds, publicTeamIds: teamIds.filter((_id, place) => isSeen[place]) }
      },
      async handle(_context, { term, scope, includeArchived = false }, { userId, teamIds, publicTeamIds }) {
        const words = term.replace(/^[~@]/, '')
        const mine = isMine(userId)
        const isPublic = sql.fragment`(c.type = 'O' and c.team_id = any (${textArray(publicTeamIds)}))`
        // Searching in one's own channels finds direct channels too, by the name of the other.
        const scoped = {
          public: sql.fragment`c.team_id = any (${textArray(teamIds)}) and c.type = 'O' and (${isPublic} or ${mine})`,
          all: sql.fragment`c.team_id = any (${textArray(teamIds)}) and (${isPublic} or ${mine})`,
          mine: sql.fragment`(c.team_id = any (${textArray(teamIds)}) or c.team_id = '') and ${mine}`,
        }[scope]
        const other = sql.fragment`coalesce(o.username, '')`
        const found = await db.any<Channel & Omit<ChannelWithTeam, 'channel'>>(sql`
          select ${withTeam} from channels c left join teams t on t.id = c.team_id
            left join lateral (
              select u.username from channel_members om join users u on u.id = om.user_id
              where c.type = 'D' and om.channel_id = c.id and om.user_id <> ${userId} limit 1) o on true
          where ${scoped} and (${includeArchived} or c.delete_at = 0) and coalesce(t.delete_at, 0) = 0
            and ${matchesTerm(words, [sql.fragment`c.name`, sql.fragment`c.display_name`, sql.fragment`c.purpose`, other])}
          order by lower(c.display_name), c.id limit ${maximumFound}`)
        return found.map(separate)
      },
    }),
    implement(channelsSearchGroups, {
      access: (context) => access.userId(context),
      handle: (_context, { term }, userId) => db.any<Channel>(sql`
        select ${channelColumns} from channel_members mine join channels c on c.id = mine.channel_id
        where mine.user_id = ${userId} and c.type = 'G' and (
          select ${matchesTerm(term, [sql.fragment`names`])} from (
            select string_agg(concat_ws(' ', u.username, u.nickname, u.first_name, u.last_name), ' ') as names
            from channel_members cm join users u on u.id = cm.user_id where cm.channel_id = c.id) n)
        order by c.last_post_at desc limit ${maximumFound}`),
    }),
  ]
}
