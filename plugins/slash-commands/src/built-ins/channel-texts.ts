import type { BuiltIn, Call } from '../call.ts'

/** An answer in words where a text is missing, else the change: the channel itself tells who changed it. */
const changing = (kind: 'header' | 'purpose' | 'name', change: (call: Call, text: string) => Promise<unknown>) => async (call: Call): Promise<{ text?: string }> => {
  const text = call.text.trim()
  if (text === '') return { text: await call.context.t(`answers.missing.${kind}`) }
  await change(call, text)
  return {}
}

/** Commands about the channel in which they are typed. */
export const channelTexts: readonly BuiltIn[] = [
  {
    trigger: 'header', words: 'header', hasHint: true,
    run: changing('header', ({ channelId, context }, header) => context.asActor.channels.update({ channelId, header })),
  },
  {
    trigger: 'purpose', words: 'purpose', hasHint: true,
    run: changing('purpose', ({ channelId, context }, purpose) => context.asActor.channels.update({ channelId, purpose })),
  },
  {
    trigger: 'rename', words: 'rename', hasHint: true,
    run: changing('name', ({ channelId, context }, displayName) => context.asActor.channels.update({ channelId, displayName })),
  },
  {
    trigger: 'archive', words: 'archive',
    async run({ channelId, context }) {
      await context.asActor.channels.archive({ channelId })
      return {}
    },
  },
]
