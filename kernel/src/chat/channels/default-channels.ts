import type { Channel } from '@rookery/sdk/protocol'

/** Every team has these, and every member but guests belongs to them. They are named in the language of the server. */
export const defaultChannels = [
  { name: 'town-square', says: 'channels.townSquare' },
  { name: 'off-topic', says: 'channels.offTopic' },
] as const

/** The channel that nobody can leave, archive or make private. */
export const isDefaultChannel = (channel: Pick<Channel, 'name' | 'teamId'>): boolean => channel.teamId !== '' && channel.name === 'town-square'
