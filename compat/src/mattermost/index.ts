import type { Kernel } from '@rookery/kernel'
import { commandsContract, customStatusContract } from '@rookery/sdk/protocol'
import { adminConfigKeeping, keeper } from './admin-config.ts'
import { createClientConfigView } from './client-config-view.ts'
import { openV4Door } from './door.ts'
import { createV4Format } from './events/format.ts'
import { openPluginDoor } from './plugin-door.ts'
import { remainder } from './remainder.ts'
import type { Route } from './route.ts'
import { categoryRoutes } from './routes/categories.ts'
import { channelMemberRoutes } from './routes/channel-members.ts'
import { channelRoutes } from './routes/channels.ts'
import { commandRoutes } from './routes/commands.ts'
import { customStatusRoutes } from './routes/custom-status.ts'
import { draftRoutes } from './routes/drafts.ts'
import { emojiRoutes } from './routes/emoji.ts'
import { fileRoutes } from './routes/files.ts'
import { interactionRoutes } from './routes/interactions.ts'
import { pluginRoutes } from './routes/plugins.ts'
import { postListRoutes } from './routes/post-lists.ts'
import { postRoutes } from './routes/posts.ts'
import { preferenceRoutes } from './routes/preferences.ts'
import { reactionRoutes } from './routes/reactions.ts'
import { roleRoutes } from './routes/roles.ts'
import { searchRoutes } from './routes/search.ts'
import { statusRoutes } from './routes/statuses.ts'
import { systemRoutes } from './routes/system.ts'
import { teamMemberRoutes } from './routes/team-members.ts'
import { teamRoutes } from './routes/teams.ts'
import { threadRoutes } from './routes/threads.ts'
import { uploadRoutes } from './routes/uploads.ts'
import { userRoutes } from './routes/users.ts'
import { openV4Websocket } from './websocket/websocket.ts'

export type { Route } from './route.ts'

/** The version of Mattermost whose API we speak. */
export const mattermostVersion = '11.9.0'

/** Opens Mattermost's API v4 and its websocket on a kernel; answers the routes that it offers. */
export function openMattermost(kernel: Kernel): readonly Route[] {
  const { settings, liveSettings, plugins } = kernel
  liveSettings.keepFor(keeper, adminConfigKeeping)
  const view = createClientConfigView({ settings, liveSettings, version: mattermostVersion, features: () => ({ passwordLinks: settings.mail.server !== '', emailNotifications: settings.mail.server !== '' && settings.mail.notifications, emailInvitations: settings.mail.server !== '' && settings.mail.invitations, plugins: settings.plugins.enabled, commands: plugins.isProvided(commandsContract), customStatus: plugins.isProvided(customStatusContract) }) })
  const versionId = (): string => `${mattermostVersion}.${mattermostVersion}.${view.digest()}.false`
  const door = openV4Door({ http: kernel.http, operations: kernel.operations, log: kernel.log, spool: kernel.spool, versionId })
  const routes = [
    ...userRoutes, ...teamRoutes, ...teamMemberRoutes, ...channelRoutes, ...channelMemberRoutes, ...postRoutes, ...postListRoutes, ...reactionRoutes, ...threadRoutes, ...fileRoutes, ...uploadRoutes, ...emojiRoutes,
    ...preferenceRoutes, ...statusRoutes, ...categoryRoutes, ...commandRoutes, ...customStatusRoutes, ...interactionRoutes, ...searchRoutes, ...draftRoutes, ...roleRoutes,
    ...pluginRoutes({ isEnabled: () => settings.plugins.enabled }), ...systemRoutes({ view, url: () => settings.url }),
  ]
  door.add(routes)
  door.addRemainder(remainder)
  openPluginDoor(kernel)
  openV4Websocket({ ...kernel, version: versionId, format: createV4Format({ clientConfig: view.full }) })
  return routes
}
