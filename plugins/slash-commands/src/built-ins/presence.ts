import type { StatusName } from '@rookery/sdk/protocol'
import type { BuiltIn } from '../call.ts'

const presence = (trigger: StatusName): BuiltIn => ({
  trigger, words: trigger,
  async run({ context }) {
    const { asActor, actor: { userId } } = context
    await asActor.statuses.update({ userId, status: trigger })
    return { text: await context.t(`answers.presence.${trigger}`) }
  },
})

/** Commands that say whether one is there. */
export const presences: readonly BuiltIn[] = [
  presence('away'),
  presence('dnd'),
  presence('offline'),
  presence('online'),
]
