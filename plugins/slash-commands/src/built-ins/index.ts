import type { BuiltIn } from '../call.ts'
import { channelTexts } from './channel-texts.ts'
import { clients } from './clients.ts'
import { elsewhere } from './elsewhere.ts'
import { inviting } from './inviting.ts'
import { membership } from './membership.ts'
import { messages } from './messages.ts'
import { presences } from './presence.ts'
import { writing } from './writing.ts'

const help: BuiltIn = {
  trigger: 'help', description: 'Lists the commands that there are',
  run: () => ({ text: builtIns.filter(({ isUnlisted = false }) => !isUnlisted).map(({ trigger, hint = '', description }) => `- \`/${trigger}${hint && ` ${hint}`}\` ${description}`).join('\n') }),
}

/** In the order of their words. */
export const builtIns: readonly BuiltIn[] = [...channelTexts, ...clients, ...elsewhere, ...inviting, ...membership, ...messages, ...presences, ...writing, help]
  .sort((one, other) => (one.trigger < other.trigger ? -1 : 1))

export const findBuiltIn = (trigger: string): BuiltIn | undefined => builtIns.find((command) => command.trigger === trigger)
