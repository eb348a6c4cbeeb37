import { CallError } from '@rookery/sdk/plugin'
import type { Answer, BuiltIn, Call } from '../call.ts'
import { findUser } from './names.ts'

/** Mattermost has it, and here is nothing behind it. */
const absent = (trigger: string, answer: 'noConnections' | 'noExports' | 'noMarket'): BuiltIn =>
  ({ trigger, words: '', isUnlisted: true, run: async ({ context }) => ({ text: await context.t(`answers.${answer}`) }) })

const setting = { category: 'advanced_settings', name: 'attach_app_logs' } as const

/** Phones look for this where clients keep what they remember. */
async function mobileLogs({ text, context }: Call): Promise<Answer> {
  const [action = '', name = ''] = text.trim().split(/\s+/)
  if (!['on', 'off', 'status'].includes(action)) return { text: await context.t('answers.logs.usage') }
  const { asActor, actor } = context
  const user = name === '' ? undefined : await findUser(name, context)
  if (name !== '' && !user) return { text: await context.t('answers.nobodyCalled', { name: name.slice(0, 64) }) }
  const userId = user?.id ?? actor.userId
  const says = async (isOn: boolean): Promise<Answer> => ({
    text: user && user.id !== actor.userId ? await context.t(isOn ? 'answers.logs.otherOn' : 'answers.logs.otherOff', { username: user.username }) : await context.t(isOn ? 'answers.logs.ownOn' : 'answers.logs.ownOff'),
  })
  try {
    if (action === 'status') return await says((await asActor.preferences.get({ userId, ...setting })).value === 'true')
    await asActor.preferences.save({ userId, preferences: [{ ...setting, value: String(action === 'on') }] })
    return await says(action === 'on')
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    if (error.code === 'preference_not_found') return says(false)
    if (user) return { text: await context.t('answers.logs.refused', { username: user.username }) }
    throw error
  }
}

/** Commands about what is not on this server: phones, other servers, markets. */
export const elsewhere: readonly BuiltIn[] = [
  absent('marketplace', 'noMarket'),
  absent('exportlink', 'noExports'),
  absent('secure-connection', 'noConnections'),
  absent('share-channel', 'noConnections'),
  { trigger: 'mobile-logs', words: 'mobileLogs', hasHint: true, run: mobileLogs },
]
