import { CallError } from '@rookery/sdk/plugin'
import type { Answer, BuiltIn, Call } from '../call.ts'
import { findUser } from './names.ts'

/** Mattermost has it, and here is nothing behind it. */
const absent = (trigger: string, description: string, text: string): BuiltIn => ({ trigger, description, isUnlisted: true, run: () => ({ text }) })

const noConnections = 'This server has no connections to other servers, so channels are not shared with them.'

const setting = { category: 'advanced_settings', name: 'attach_app_logs' } as const
const says = (isOn: boolean, whose: string): Answer => ({ text: `${whose} ${isOn ? 'attaches its logs' : 'does not attach its logs'} to messages.` })

/** Phones look for this where clients keep what they remember. */
async function mobileLogs({ text, context }: Call): Promise<Answer> {
  const [action = '', name = ''] = text.trim().split(/\s+/)
  if (!['on', 'off', 'status'].includes(action)) return { text: 'Say `/mobile-logs on`, `off` or `status`, and whose phone is meant if it is not yours.' }
  const { asActor, actor } = context
  const user = name === '' ? undefined : await findUser(name, context)
  if (name !== '' && !user) return { text: `There is nobody called ${name.slice(0, 64)}.` }
  const userId = user?.id ?? actor.userId
  const whose = user && user.id !== actor.userId ? `The phone of @${user.username}` : 'Your phone'
  try {
    if (action === 'status') return says((await asActor.preferences.get({ userId, ...setting })).value === 'true', whose)
    await asActor.preferences.save({ userId, preferences: [{ ...setting, value: String(action === 'on') }] })
    return says(action === 'on', whose)
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    if (error.code === 'preference_not_found') return says(false, whose)
    if (user) return { text: `You may not see to the phone of @${user.username}.` }
    throw error
  }
}

/** Commands about what is not on this server: phones, other servers, markets. */
export const elsewhere: readonly BuiltIn[] = [
  absent('marketplace', 'Opens the marketplace', 'There is no marketplace here: an admin installs plugins.'),
  absent('exportlink', 'Makes a link to an export', 'This server makes no exports of messages.'),
  absent('secure-connection', 'Connects with other servers', noConnections),
  absent('share-channel', 'Shares a channel with other servers', noConnections),
  { trigger: 'mobile-logs', description: 'Says whether your phone attaches its logs to messages', hint: 'on|off|status [@username]', run: mobileLogs },
]
