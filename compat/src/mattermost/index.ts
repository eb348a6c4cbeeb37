import type { Kernel } from '@rookery/kernel'
import { openV4Door } from './door.ts'
import { categoryRoutes } from './routes/categories.ts'
import { channelMemberRoutes } from './routes/channel-members.ts'
import { channelRoutes } from './routes/channels.ts'
import { draftRoutes } from './routes/drafts.ts'
import { emojiRoutes } from './routes/emoji.ts'
import { fileRoutes } from './routes/files.ts'
import { postRoutes } from './routes/posts.ts'
import { preferenceRoutes } from './routes/preferences.ts'
import { roleRoutes } from './routes/roles.ts'
import { statusRoutes } from './routes/statuses.ts'
import { teamMemberRoutes } from './routes/team-members.ts'
import { teamRoutes } from './routes/teams.ts'
import { uploadRoutes } from './routes/uploads.ts'
import { userRoutes } from './routes/users.ts'
import { openV4Websocket } from './websocket/websocket.ts'

/** The version of Mattermost whose API we speak. */
export const mattermostVersion = '11.9.0'

/** Opens Mattermost's API v4 and its websocket on a kernel. */
export function openMattermost(kernel: Kernel): void {
  const versionId = `${mattermostVersion}.${mattermostVersion}.0.false`
  const door = openV4Door({ http: kernel.http, operations: kernel.operations, log: kernel.log, spool: kernel.spool, versionId })
  door.add([...userRoutes, ...teamRoutes, ...teamMemberRoutes, ...channelRoutes, ...channelMemberRoutes, ...postRoutes, ...fileRoutes, ...uploadRoutes, ...emojiRoutes])
  door.add([...preferenceRoutes, ...statusRoutes, ...categoryRoutes, ...draftRoutes, ...roleRoutes])
  openV4Websocket({ ...kernel, version: versionId })
}
