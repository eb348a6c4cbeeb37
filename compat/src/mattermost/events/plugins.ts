import { pluginEvent, pluginStatusesChanged } from '@rookery/sdk/protocol'
import { pluginStatusShape } from '../shapes/plugin.ts'
import { message, tell, type Encoder } from './message.ts'

export const pluginEvents: readonly Encoder[] = [
  // Names as clients of Mattermost's plugins listen for them; ids and events are words without quotes.
  tell(pluginEvent, ({ pluginId, event, data }, { audience }) => [message(`custom_${pluginId}_${event}`, data, audience)]),
  tell(pluginStatusesChanged, ({ plugins }, { audience }) => [message('plugin_statuses_changed', { plugin_statuses: plugins.map(pluginStatusShape) }, audience, {})]),
]
