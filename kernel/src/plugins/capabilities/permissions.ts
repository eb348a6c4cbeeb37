import { Type } from 'typebox'
import { Fields, Id, RookeryError, Text } from '@rookery/sdk/protocol'
import type { Directory } from '../../auth/index.ts'
import type { PluginPermissions } from '../permissions/index.ts'
import { createReach } from '../reach.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

/** Whether whoever made a plugin run holds one of its own permissions. */
export const createPermissionMethods = ({ permissions, directory }: { permissions: PluginPermissions, directory: Directory }): CapabilityMethod[] => [
  capabilityMethod({
    name: 'permissions.holds', capability: null, isUnordered: true, input: Fields({ name: Text(64), channelId: Type.Optional(Id), teamId: Type.Optional(Id) }),
    async handle({ plugin, invocation: { trigger } }, { name, channelId, teamId }) {
      if (!trigger) return false
      const channel = channelId ? await directory.channels.get(channelId) : undefined
      if (channelId && !(channel && createReach(plugin, true).reaches(channel))) throw new RookeryError('channel_not_found')
      return permissions.holds(trigger, plugin, name, { channel, teamId })
    },
  }),
]
