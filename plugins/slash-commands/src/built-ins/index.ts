import type { BuiltIn, Context } from '../call.ts'
import { channelTexts } from './channel-texts.ts'
import { clients } from './clients.ts'
import { elsewhere } from './elsewhere.ts'
import { inviting } from './inviting.ts'
import { membership } from './membership.ts'
import { messages } from './messages.ts'
import { presences } from './presence.ts'
import { writing } from './writing.ts'

const help: BuiltIn = {
  trigger: 'help', words: 'help',
  run: async ({ context }) => ({ text: (await describeListed(context)).map(({ trigger, hint, description }) => `- \`/${trigger}${hint && ` ${hint}`}\` ${description}`).join('\n') }),
}

/** In the order of their words. */
export const builtIns: readonly BuiltIn[] = [...channelTexts, ...clients, ...elsewhere, ...inviting, ...membership, ...messages, ...presences, ...writing, help]
  .sort((one, other) => (one.trigger < other.trigger ? -1 : 1))

export const findBuiltIn = (trigger: string): BuiltIn | undefined => builtIns.find((command) => command.trigger === trigger)

/** A command in the words of whoever asks. */
export interface Described {
  readonly trigger: string
  readonly description: string
  readonly hint: string
}

export const describeListed = (context: Context): Promise<Described[]> => Promise.all(builtIns.filter(({ isUnlisted = false }) => !isUnlisted).map(async ({ trigger, words, hasHint = false }) => {
  const [description, hint] = await Promise.all([context.t(`commands.${words}.description`), hasHint ? context.t(`commands.${words}.hint`) : ''])
  return { trigger, description, hint }
}))

export type Describe = (context: Context) => Promise<readonly Described[]>

/** More languages than these are not kept. */
const maximumLanguages = 20

/** Remembers the words of commands by language: they are asked for with every letter that somebody types. */
export function createDescriptions(): Describe {
  const known = new Map<string, readonly Described[]>()
  return async (context) => {
    const { locale } = context.actor
    const described = known.get(locale) ?? await describeListed(context)
    if (known.size < maximumLanguages) known.set(locale, described)
    return described
  }
}
