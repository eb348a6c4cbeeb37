import { draftDeleted, type Draft } from '@rookery/sdk/protocol'
import type { Emit } from '../../events/index.ts'
import { rows, sql, type Transaction } from '../../storage/index.ts'

/** One draft per channel and thread; rootId is '' for the channel itself. */
export interface DraftKey { readonly userId: string, readonly channelId: string, readonly rootId: string }

/** From `drafts d`. Files that were sent meanwhile, or are another's, are not shown. */
export const draftColumns = sql.fragment`
  d.user_id as "userId", d.channel_id as "channelId", d.root_id as "rootId", d.create_at as "createAt", d.update_at as "updateAt", d.message,
  d.type, d.props, d.file_ids as "fileIds", d.priority,
  case when cardinality(d.file_ids) = 0 then '[]'::jsonb else
    (select coalesce(jsonb_agg(file_value(f) order by array_position(d.file_ids, f.id)), '[]') from files f
      where f.id = any (d.file_ids) and f.user_id = d.user_id and f.post_id = '' and f.delete_at = 0) end as files`

/** Deletes drafts and tells their owners, except on the connection that asked. */
export async function deleteDrafts(transaction: Transaction, emit: Emit, keys: readonly DraftKey[], connectionId = ''): Promise<void> {
  const gone = await transaction.any<Draft>(sql`
    delete from drafts d using ${rows(keys, { userId: 'text', channelId: 'text', rootId: 'text' })} as k(user_id, channel_id, root_id)
    where d.user_id = k.user_id and d.channel_id = k.channel_id and d.root_id = k.root_id returning ${draftColumns}`)
  for (const draft of gone) emit(draftDeleted, { draft }, { userId: draft.userId, ...(connectionId && { omitConnectionId: connectionId }) })
}
