import type { BuiltIn, Call } from '../call.ts'

/** Whether pictures of links are folded away, where clients keep it. */
const showing = (trigger: string, description: string, value: 'true' | 'false', text: string): BuiltIn => ({
  trigger, description,
  async run({ context: { asActor, actor: { userId } } }: Call) {
    await asActor.preferences.save({ userId, preferences: [{ category: 'display_settings', name: 'collapse_previews', value }] })
    return { text }
  },
})

/** Clients that know these carry them out themselves; who asks the server has another client. */
const ofClients = (trigger: string, description: string, hint = ''): BuiltIn => ({
  trigger, description, ...(hint && { hint }), run: () => ({ text: `Your client does not know /${trigger}.` }),
})

/** Commands about the client in which they are typed. */
export const clients: readonly BuiltIn[] = [
  showing('collapse', 'Folds pictures and previews of links away', 'true', 'Pictures and previews of links are folded away.'),
  showing('expand', 'Unfolds pictures and previews of links', 'false', 'Pictures and previews of links are shown.'),
  ofClients('search', 'Searches for words in messages', '[text]'),
  ofClients('shortcuts', 'Shows what keys do'),
  ofClients('settings', 'Opens your settings'),
  { trigger: 'logout', description: 'Signs you out', run: () => ({ goToLocation: '/login' }) },
]
