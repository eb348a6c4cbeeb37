import { computed, type ComputedRef } from 'vue'
import type { Channel } from '@rookery/sdk/protocol'
import { useChannels, usePermissions, type PermissionName } from '../data/index.ts'

export interface ChannelRights {
  /** Its name and purpose; of a conversation its header alone. */
  readonly mayEdit: boolean
  readonly mayManageMembers: boolean
  readonly mayAppoint: boolean
  readonly mayConvert: boolean
  readonly mayArchive: boolean
  readonly mayRestore: boolean
}

const nothing: ChannelRights = { mayEdit: false, mayManageMembers: false, mayAppoint: false, mayConvert: false, mayArchive: false, mayRestore: false }

export const isConversation = ({ type }: Pick<Channel, 'type'>): boolean => type === 'D' || type === 'G'
/** Everybody of a team belongs to it for good. */
export const isDefaultChannel = ({ name }: Pick<Channel, 'name'>): boolean => name === 'town-square'

/** What is offered with a channel: what the server would not refuse. Asks for nothing as long as there is no channel. */
export function useChannelRights(channel: () => Channel | undefined): ComputedRef<ChannelRights> {
  const channels = useChannels()
  const permissions = usePermissions()
  return computed(() => {
    const about = channel()
    if (!about) return nothing
    if (isConversation(about)) return { ...nothing, mayEdit: channels.members.has(about.id) && about.deleteAt === 0 }
    const has = (open: PermissionName, closed: PermissionName): boolean => permissions.has(about.type === 'O' ? open : closed, { channelId: about.id })
    if (about.deleteAt > 0) return { ...nothing, mayRestore: permissions.has('manage_team', { teamId: about.teamId }) }
    const isDefault = isDefaultChannel(about)
    return {
      mayEdit: has('manage_public_channel_properties', 'manage_private_channel_properties'),
      mayManageMembers: has('manage_public_channel_members', 'manage_private_channel_members'),
      mayAppoint: has('manage_channel_roles', 'manage_channel_roles'),
      mayConvert: !isDefault && has('convert_public_channel_to_private', 'convert_private_channel_to_public'),
      mayArchive: !isDefault && has('delete_public_channel', 'delete_private_channel'),
      mayRestore: false,
    }
  })
}
