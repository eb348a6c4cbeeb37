import { pluginPermission, RookeryError, type Channel, type ListedPermission } from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import type { AddedPermissions } from '../../chat/index.ts'
import type { Context } from '../../operations/index.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { Registry } from '../registry.ts'
import type { PluginTexts } from '../translations/index.ts'

interface Parts {
  readonly access: Access
  readonly registry: Registry
  readonly texts: PluginTexts
}

export interface PluginPermissions extends AddedPermissions {
  /** Whether somebody holds a permission of a plugin: who manages the system holds all of them. */
  holds(context: Context, plugin: InstalledPlugin, name: string, place?: PermissionPlace): Promise<boolean>
  /** Throws where something asks for a permission that is not held. */
  assertHeld(context: Context, plugin: InstalledPlugin, name: string | undefined, place?: PermissionPlace): Promise<void>
}

export interface PermissionPlace { readonly channel?: Channel | undefined, readonly teamId?: string | undefined }

/** Permissions that plugins bring along and admins put into roles. */
export function createPluginPermissions({ access, registry, texts }: Parts): PluginPermissions {
  const list = (locale: string): ListedPermission[] => [...registry.all.values()].flatMap(({ id: pluginId, manifest }) =>
    (texts.localise(manifest, locale).contributes.permissions ?? []).map(({ name, scope, title = name, description = '' }) => ({ id: pluginPermission(pluginId, name), scope, pluginId, title, description })))

  const holds: PluginPermissions['holds'] = async (context, { id, manifest }, name, { channel, teamId } = {}) => {
    const found = manifest.contributes.permissions?.find((permission) => permission.name === name)
    if (!found) throw new RookeryError('invalid_input', { field: 'permission', reason: 'the plugin has not said that it has it' })
    if (access.hasSystem(context, 'manage_system')) return true
    const permission = pluginPermission(id, name)
    if (found.scope === 'channel' && channel) return access.hasChannel(context, channel, permission)
    const team = teamId || channel?.teamId
    return found.scope !== 'system' && team ? access.hasTeam(context, team, permission) : access.hasSystem(context, permission)
  }

  return {
    list, holds,
    exists: (id) => list('').some((permission) => permission.id === id),
    async assertHeld(context, plugin, name, place) {
      if (name !== undefined && !await holds(context, plugin, name, place)) throw new RookeryError('permission_missing', { permission: pluginPermission(plugin.id, name) })
    },
  }
}
