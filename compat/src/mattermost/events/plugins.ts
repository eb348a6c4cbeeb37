import { pluginEvent } from '@rookery/sdk/protocol'
import { message, tell, type Encoder } from './message.ts'

export const pluginEvents: readonly Encoder[] = [
  // Names as clients of Mattermost's plugins listen for them; ids and events are words without quotes.
  tell(pluginEvent, ({ pluginId, event, data }, { audience }) => [message(`custom_${pluginId}_${event}`, data, audience)]),
]
