import { RookeryError, draftSaved, draftsDelete, draftsList, draftsSave, maximumMessageLength, type Draft } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { json, sql, textArray } from '../../storage/index.ts'
import { codePointLength } from '../../text/index.ts'
import type { ChatParts } from '../parts.ts'
import { assertQuota, lockQuota, type Quota } from '../quota.ts'
import { deleteDrafts, draftColumns } from './draft-rows.ts'

/** In characters of its JSON: props and priority of a draft. */
const maximumExtrasLength = 64 * 1024

const quota: Quota = { things: 'drafts', maximum: 1000, maximumBytes: 16 * 1024 * 1024 }

const assertSmall = (value: Record<string, unknown>): void => {
  if (JSON.stringify(value).length > maximumExtrasLength) throw new RookeryError('props_too_large', { maximum: maximumExtrasLength })
}

/** What people have begun to write, on all of their devices. */
export function createDrafts({ db, writer, access, clock }: Pick<ChatParts, 'db' | 'writer' | 'access' | 'clock'>): AnyImplementation[] {
  return [
    implement(draftsList, {
      async access(context, { userId, teamId }) {
        access.own(context, userId)
        await access.team(context, teamId, 'view_team')
      },
      handle: (_context, { userId, teamId }) => db.any<Draft>(sql`
        select ${draftColumns} from drafts d join channels c on c.id = d.channel_id
        join channel_members cm on cm.channel_id = d.channel_id and cm.user_id = d.user_id
        left join posts p on p.id = d.root_id
        where d.user_id = ${userId} and c.team_id in (${teamId}, '') and c.delete_at = 0 and coalesce(p.delete_at, 0) = 0
        order by d.update_at desc limit 1000`),
    }),
    implement(draftsSave, {
      async access(context, { channelId, rootId }) {
        const channel = await access.channel(context, channelId, 'create_post')
        if (channel.deleteAt > 0) throw new RookeryError('can_not_post_to_archived')
        if (!rootId) return
        const root = await access.post(context, rootId, 'read_channel_content').catch(() => undefined)
        if (root?.post.channelId !== channelId || root.post.rootId !== '') throw new RookeryError('root_invalid')
      },
      handle(context, { channelId, rootId = '', message, type = '', props = {}, fileIds = [], priority = {} }) {
        if (codePointLength(message) > maximumMessageLength) throw new RookeryError('message_too_long', { maximum: maximumMessageLength })
        assertSmall(props)
        assertSmall(priority)
        const userId = access.userId(context)
        const key = { userId, channelId, rootId }
        const now = clock.now()
        return writer.write(async (transaction, emit) => {
          await lockQuota(transaction, quota, userId)
          if (message === '' && fileIds.length === 0) {
            await deleteDrafts(transaction, emit, [key], context.connectionId)
            return { ...key, createAt: now, updateAt: now, message, type, props, fileIds: [], files: [], priority }
          }
          const { isNew, ...draft } = await transaction.one<Draft & { isNew: boolean }>(sql`
            insert into drafts as d (user_id, channel_id, root_id, create_at, update_at, message, type, props, file_ids, priority)
            values (${userId}, ${channelId}, ${rootId}, ${now}, ${now}, ${message}, ${type}, ${json(props)}, ${textArray(fileIds)}, ${json(priority)})
            on conflict (user_id, channel_id, root_id) do update set update_at = excluded.update_at, message = excluded.message, type = excluded.type,
              props = excluded.props, file_ids = excluded.file_ids, priority = excluded.priority
            returning ${draftColumns}, d.xmax = 0 as "isNew"`)
          assertQuota(quota, await transaction.one(sql`
            select count(*) as count, sum(octet_length(message) + pg_column_size(props) + pg_column_size(priority))::bigint as bytes from drafts where user_id = ${userId}`))
          emit(draftSaved, { draft, isNew }, { userId, ...(context.connectionId && { omitConnectionId: context.connectionId }) })
          return draft
        }, { actorId: userId })
      },
    }),
    implement(draftsDelete, {
      access(context, { userId }) { access.own(context, userId) },
      async handle(context, { userId, channelId, rootId = '' }) {
        await writer.write((transaction, emit) => deleteDrafts(transaction, emit, [{ userId, channelId, rootId }], context.connectionId), { actorId: userId })
        return {}
      },
    }),
  ]
}
