import { Refusal, type CommandAnswer, type CommandInput } from '@rookery/sdk/plugin'
import type { Context } from './context.ts'
import { clearStatus, setStatus } from './present.ts'

/** `/status :palm_tree: On holiday`, `/status 🌴 On holiday`, `/status clear`. */
export async function runStatusCommand({ text }: CommandInput, context: Context): Promise<CommandAnswer> {
  const { userId } = context.actor
  const words = text.trim()
  if (words === 'clear') {
    await clearStatus(userId, context)
    return { text: await context.t('answers.cleared') }
  }
  if (words === '') return { text: await context.t('answers.usage') }
  try {
    const { emoji, text: said } = await setStatus(userId, await readWords(words, context), context)
    return { text: await context.t('answers.set', { emoji, said }) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { text: await context.t(`answers.refused.${String(error.details['fault'])}`, { emoji: String(error.details['emoji'] ?? '') }) }
  }
}

/** An emoji at the beginning, by name or as a character. */
async function readWords(words: string, { emoji }: Context): Promise<{ emoji: string, text: string }> {
  const [, named, after = ''] = /^:([a-zA-Z0-9_+-]{1,64}):\s*([^]*)$/.exec(words) ?? []
  if (named !== undefined) return { emoji: named.toLowerCase(), text: after }
  const { name, rest } = await emoji.identify({ text: words.slice(0, 1000) })
  return { emoji: name, text: rest }
}
