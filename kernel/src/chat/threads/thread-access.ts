import type { Access } from '../../auth/index.ts'
import type { Context } from '../../operations/index.ts'

/** Threads of a team are their follower's own, or for those who may act for others. */
export async function assertThreadsOfUser(access: Access, context: Context, { userId, teamId }: { userId: string, teamId: string }): Promise<void> {
  await access.self(context, userId, 'edit_other_users')
  await access.team(context, teamId, 'view_team')
}
