import type { WireFormat } from '@rookery/kernel'
import { accountEvents } from './account.ts'
import { channelEvents } from './channels.ts'
import { emojiEvents } from './emoji.ts'
import { interactionEvents } from './interactions.ts'
import { pluginEvents } from './plugins.ts'
import { postEvents } from './posts.ts'
import { reactionEvents } from './reactions.ts'
import { systemEvents } from './system.ts'
import { teamEvents } from './teams.ts'
import { threadEvents } from './threads.ts'
import { userEvents } from './users.ts'

/** Kernel events as the Mattermost websocket tells them; events that it does not know are left out. */
export function createV4Format(parts: Parameters<typeof systemEvents>[0]): WireFormat {
  const all = [...userEvents, ...teamEvents, ...channelEvents, ...interactionEvents, ...pluginEvents, ...postEvents, ...reactionEvents, ...threadEvents, ...accountEvents, ...emojiEvents, ...systemEvents(parts)]
  const encoders = new Map(all.map((encoder) => [encoder.name, encoder]))
  return {
    name: 'mattermost',
    encode: (event) => encoders.get(event.name)?.encode(event) ?? [],
  }
}
