import type { Access } from '../../auth/index.ts'
import type { Context } from '../../operations/index.ts'
import { sql, type Queries, type SqlFragment } from '../../storage/index.ts'

/** Whether two users share a channel. */
export async function areAcquainted(db: Queries, userId: string, otherId: string): Promise<boolean> {
  const found = await db.maybeOne(sql`
    select 1 as one from channel_members mine join channel_members theirs on theirs.channel_id = mine.channel_id and theirs.user_id = ${otherId}
    where mine.user_id = ${userId} limit 1`)
  return found !== undefined
}

/** A condition on `users u`: whom the actor may see. */
export function isVisible(access: Access, context: Context): SqlFragment {
  if (access.seesEverybody(context)) return sql.fragment`true`
  const userId = access.userId(context)
  return sql.fragment`(u.id = ${userId} or exists (
    select 1 from channel_members mine join channel_members theirs on theirs.channel_id = mine.channel_id and theirs.user_id = u.id
    where mine.user_id = ${userId}))`
}
