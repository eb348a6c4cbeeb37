import type { StatusName } from '@rookery/sdk/protocol'
import type { BuiltIn } from '../call.ts'

const presence = (trigger: StatusName, description: string, text: string): BuiltIn => ({
  trigger, description,
  async run({ context: { asActor, actor: { userId } } }) {
    await asActor.statuses.update({ userId, status: trigger })
    return { text }
  },
})

/** Commands that say whether one is there. */
export const presences: readonly BuiltIn[] = [
  presence('away', 'Sets your status to away', 'You are now away.'),
  presence('dnd', 'Turns off desktop and push notifications', 'Do not disturb is on: desktop and push notifications are silent until it is off.'),
  presence('offline', 'Sets your status to offline', 'You are now offline.'),
  presence('online', 'Sets your status to online', 'You are now online.'),
]
