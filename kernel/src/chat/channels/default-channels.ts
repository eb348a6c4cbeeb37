import type { Channel } from '@rookery/sdk/protocol'

/** Every team has these, and every member but guests belongs to them. */
export const defaultChannels = [
  { name: 'town-square', displayName: 'Town Square' },
  { name: 'off-topic', displayName: 'Off-Topic' },
] as const

/** The channel that nobody can leave, archive or make private. */
export const isDefaultChannel = (channel: Pick<Channel, 'name' | 'teamId'>): boolean => channel.teamId !== '' && channel.name === 'town-square'
