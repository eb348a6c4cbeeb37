import { Type } from 'typebox'
import { Fields, Id, pluginEvent, Props, RookeryError, Text, type Audience } from '@rookery/sdk/protocol'
import type { Directory } from '../../auth/index.ts'
import type { Writer } from '../../events/index.ts'
import { bytesTo, type CountListeners } from '../listener-bytes.ts'
import { createReach } from '../reach.ts'
import { capabilityMethod, type CapabilityCall, type CapabilityMethod } from './capability-method.ts'

const maximumDataLength = 16 * 1024

/** Events of a plugin's own, for clients that listen now. */
export function createRealtimeMethods({ writer, directory, countListeners }: { writer: Writer, directory: Directory, countListeners: CountListeners }): CapabilityMethod[] {
  /** Only to where the plugin is at work, or back to whoever made it run. */
  const assertWithin = async ({ plugin, invocation: { trigger } }: CapabilityCall, { userId, channelId, teamId, connectionId }: Audience): Promise<void> => {
    const reach = createReach(plugin, true)
    if (channelId) {
      const channel = await directory.channels.get(channelId)
      if (!channel || !reach.reaches(channel)) throw new RookeryError('channel_not_found')
      return
    }
    if (teamId) {
      if (!reach.reachesTeam(teamId)) throw new RookeryError('team_not_found')
      return
    }
    if (!userId && !connectionId) throw new RookeryError('invalid_input', { field: 'audience', reason: 'it names nobody' })
    const isAnswer = trigger?.actor.kind === 'user' && (!userId || trigger.actor.userId === userId) && (!connectionId || trigger.connectionId === connectionId)
    if (!isAnswer && plugin.binding.scope !== 'server') throw new RookeryError('user_not_found')
  }
  return [
    capabilityMethod({
      name: 'realtime.publish', capability: 'realtime',
      input: Fields({
        event: Text(64), payload: Props,
        audience: Fields({ userId: Type.Optional(Id), channelId: Type.Optional(Id), teamId: Type.Optional(Id), connectionId: Type.Optional(Id) }),
      }),
      async handle(call, { event, payload, audience }) {
        const { plugin, quota } = call
        quota.take('realtime events')
        if (!plugin.manifest.contributes.events.includes(event)) throw new RookeryError('invalid_input', { field: 'event', reason: 'the plugin has not said that it sends it' })
        const { length } = JSON.stringify(payload)
        if (length > maximumDataLength) throw new RookeryError('body_too_large', { limitBytes: maximumDataLength })
        await assertWithin(call, audience)
        quota.take('bytes to listeners', bytesTo(countListeners(audience), length))
        writer.publish(pluginEvent, { pluginId: plugin.id, event, data: payload }, audience)
        return null
      },
    }),
  ]
}
