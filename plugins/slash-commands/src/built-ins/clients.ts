import type { BuiltIn, Call } from '../call.ts'

/** Whether pictures of links are folded away, where clients keep it. */
const showing = (trigger: 'collapse' | 'expand', value: 'true' | 'false'): BuiltIn => ({
  trigger, words: trigger,
  async run({ context }: Call) {
    const { asActor, actor: { userId } } = context
    await asActor.preferences.save({ userId, preferences: [{ category: 'display_settings', name: 'collapse_previews', value }] })
    return { text: await context.t(`answers.${trigger}`) }
  },
})

/** Clients that know these carry them out themselves; who asks the server has another client. */
const ofClients = (trigger: string, hasHint = false): BuiltIn => ({
  trigger, words: trigger, hasHint, run: async ({ context }) => ({ text: await context.t('answers.unknownToClient', { trigger }) }),
})

/** Commands about the client in which they are typed. */
export const clients: readonly BuiltIn[] = [
  showing('collapse', 'true'),
  showing('expand', 'false'),
  ofClients('search', true),
  ofClients('shortcuts'),
  ofClients('settings'),
  { trigger: 'logout', words: 'logout', run: () => ({ goToLocation: '/login' }) },
]
