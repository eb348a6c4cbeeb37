import type { Settings } from '../../config/index.ts'
import { sql, type Queries } from '../../storage/index.ts'
import { assertQuota } from '../quota.ts'

/** What nobody but its uploader sees, and what nobody would miss. */
export const unattached = { things: 'files that no post has taken', maximum: 1000 } as const

/**
 * Throws where an account has more in files that no post has taken, and in uploads that are not finished, than it may
 * have; before bytes come also where it has as much, so that they need not come.
 */
export async function assertRoom(queries: Queries, userId: string, { files }: Pick<Settings, 'files'>, coming = { count: 0, bytes: 0 }): Promise<void> {
  const used = await queries.one<{ count: number, bytes: number }>(sql`
    select count(*) as count, coalesce(sum(bytes), 0)::bigint as bytes from (
      select size_bytes as bytes from files where user_id = ${userId} and post_id = '' and delete_at = 0
      union all select offset_bytes from uploads where user_id = ${userId}) u`)
  assertQuota({ ...unattached, maximumBytes: Math.max(files.maximumUnattachedBytes, files.maximumBytes) }, { count: used.count + coming.count, bytes: used.bytes + coming.bytes })
}
