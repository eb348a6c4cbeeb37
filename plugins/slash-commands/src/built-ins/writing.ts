import type { BuiltIn } from '../call.ts'

const shrugging = '¯\\\\\\_(ツ)\\_/¯'

/** Commands that are another way to write a message. */
export const writing: readonly BuiltIn[] = [
  {
    trigger: 'shrug', description: 'Adds a shrug to your message', hint: '[message]',
    run: ({ text }) => ({ kind: 'inChannel', text: text === '' ? shrugging : `${text} ${shrugging}` }),
  },
  {
    trigger: 'me', description: 'Says what you do', hint: '[message]',
    run: ({ text }) => ({ kind: 'inChannel', postType: 'me', text: text === '' ? '*has nothing to say*' : `*${text}*`, props: { message: text } }),
  },
  {
    trigger: 'code', description: 'Shows text as a block of code', hint: '[text]',
    run: ({ text }) => (text === '' ? { text: 'Write the code after the command.' } : { kind: 'inChannel', text: `    ${text.replaceAll('\n', '\n    ')}` }),
  },
]
