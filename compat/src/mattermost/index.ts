import type { Kernel } from '@rookery/kernel'
import { openV4Door } from './door.ts'
import { categoryRoutes } from './routes/categories.ts'
import { channelRoutes } from './routes/channels.ts'
import { draftRoutes } from './routes/drafts.ts'
import { postListRoutes } from './routes/post-lists.ts'
import { postRoutes } from './routes/posts.ts'
import { preferenceRoutes } from './routes/preferences.ts'
import { reactionRoutes } from './routes/reactions.ts'
import { roleRoutes } from './routes/roles.ts'
import { statusRoutes } from './routes/statuses.ts'
import { teamRoutes } from './routes/teams.ts'
import { threadRoutes } from './routes/threads.ts'
import { userRoutes } from './routes/users.ts'
import { openV4Websocket } from './websocket.ts'

/** The version of Mattermost whose API we speak. */
export const mattermostVersion = '11.9.0'

/** Opens Mattermost's API v4 and its websocket on a kernel. */
export function openMattermost(kernel: Kernel): void {
  const versionId = `${mattermostVersion}.${mattermostVersion}.0.false`
  const door = openV4Door({ http: kernel.http, operations: kernel.operations, log: kernel.log, versionId })
  door.add([...userRoutes, ...teamRoutes, ...channelRoutes, ...postRoutes, ...postListRoutes, ...reactionRoutes, ...threadRoutes])
  door.add([...preferenceRoutes, ...statusRoutes, ...categoryRoutes, ...draftRoutes, ...roleRoutes])
  openV4Websocket({ ...kernel, version: versionId })
}
