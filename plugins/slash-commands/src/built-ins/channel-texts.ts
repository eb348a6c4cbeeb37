import type { BuiltIn, Call } from '../call.ts'

/** An answer in words where a text is missing, else the change: the channel itself tells who changed it. */
const changing = (noun: string, change: (call: Call, text: string) => Promise<unknown>) => async (call: Call): Promise<{ text?: string }> => {
  const text = call.text.trim()
  if (text === '') return { text: `Write the new ${noun} after the command.` }
  await change(call, text)
  return {}
}

/** Commands about the channel in which they are typed. */
export const channelTexts: readonly BuiltIn[] = [
  {
    trigger: 'header', description: 'Changes the header of the channel', hint: '[text]',
    run: changing('header', ({ channelId, context }, header) => context.asActor.channels.update({ channelId, header })),
  },
  {
    trigger: 'purpose', description: 'Changes the purpose of the channel', hint: '[text]',
    run: changing('purpose', ({ channelId, context }, purpose) => context.asActor.channels.update({ channelId, purpose })),
  },
  {
    trigger: 'rename', description: 'Changes the name shown for the channel', hint: '[text]',
    run: changing('name', ({ channelId, context }, displayName) => context.asActor.channels.update({ channelId, displayName })),
  },
  {
    trigger: 'archive', description: 'Archives the channel',
    async run({ channelId, context }) {
      await context.asActor.channels.archive({ channelId })
      return {}
    },
  },
]
