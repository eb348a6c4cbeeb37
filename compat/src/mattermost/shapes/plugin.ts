import type { Plugin } from '@rookery/sdk/protocol'

/** What clients know of a plugin: there is no program of its own to run, and no page of it yet. */
export const pluginShape = ({ id, name, description, version }: Plugin) => ({ id, name, description, version, min_server_version: '' })

/** As Mattermost counts them: not running, starting, running, failed to start, failed to stay running. */
const states = { disabled: 0, trashed: 0, upgrading: 1, enabled: 2, modified: 3, quarantined: 4 } as const satisfies Readonly<Record<Plugin['state'], number>>

/** Of this server, the only one. */
export const pluginStatusShape = ({ id, name, description, version, state, reason }: Pick<Plugin, 'id' | 'name' | 'description' | 'version' | 'state' | 'reason'>) =>
  ({ plugin_id: id, cluster_id: '', plugin_path: '', state: states[state], error: reason, name, description, version })
