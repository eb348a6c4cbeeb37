import type { WireFormat } from '@rookery/kernel'
import { accountEvents } from './account.ts'
import { channelEvents } from './channels.ts'
import type { Encoder } from './message.ts'
import { postEvents } from './posts.ts'
import { reactionEvents } from './reactions.ts'
import { teamEvents } from './teams.ts'
import { threadEvents } from './threads.ts'
import { userEvents } from './users.ts'

const encoders: ReadonlyMap<string, Encoder> = new Map([
  ...userEvents, ...teamEvents, ...channelEvents, ...postEvents, ...reactionEvents, ...threadEvents, ...accountEvents,
].map((encoder) => [encoder.name, encoder]))

/** Kernel events as the Mattermost websocket tells them; events that it does not know are left out. */
export const v4Format: WireFormat = {
  name: 'mattermost',
  encode: (event) => encoders.get(event.name)?.encode(event) ?? [],
}
