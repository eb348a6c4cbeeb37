import type { Answer, BuiltIn, Call, Context } from '../call.ts'

const shrugging = '¯\\\\\\_(ツ)\\_/¯'
const maximumDelaySeconds = 10_000
/** So many of one person that come later, counted until none was asked for in a while. */
const maximumEchoes = 20
const echoWindowMs = 60_000
const secondMs = 1000
/** Longer than a job that failed may be tried again. */
const patienceMs = 600_000

/** What is said later, and in whose name. */
interface Echo {
  readonly mandate: string
  readonly channelId: string
  readonly rootId: string
  readonly message: string
}

/** `words 5` or `"words" 5`: what to say, and after how many seconds. */
export function readEcho(text: string): { message: string, delaySeconds: number } {
  const [, quoted, quotedDelay = ''] = /^"([^]+)"\s*(\d*)\s*$/.exec(text) ?? []
  if (quoted !== undefined) return { message: quoted, delaySeconds: Number(quotedDelay) }
  const [, words, delay] = /^([^]*\S)\s+(\d+)\s*$/.exec(text) ?? []
  return words === undefined ? { message: text, delaySeconds: 0 } : { message: words, delaySeconds: Number(delay) }
}

async function echo({ text, channelId, rootId, context }: Call): Promise<Answer> {
  if (text.trim() === '') return { text: await context.t('answers.echo.usage') }
  const { message, delaySeconds } = readEcho(text)
  if (delaySeconds > maximumDelaySeconds) return { text: await context.t('answers.echo.tooLate', { seconds: String(maximumDelaySeconds) }) }
  if (delaySeconds === 0) return { kind: 'inChannel', text: message }
  const waiting = await context.kv.increment(`echoes/${context.actor.userId}`, { ttlMs: echoWindowMs })
  if (waiting > maximumEchoes) return { text: await context.t('answers.echo.tooMany', { count: maximumEchoes }) }
  const { mandate } = await context.mandates.issue({ durationMs: delaySeconds * secondMs + patienceMs })
  const input: Echo = { mandate, channelId, rootId, message }
  await context.jobs.put('echo', `${context.actor.userId} ${Date.now()} ${Math.random()}`, { dueAt: Date.now() + delaySeconds * secondMs, input: { ...input } })
  return {}
}

/** Says what was to be said later; once, however often it is tried. */
export async function sayEcho(key: string, input: unknown, context: Context): Promise<void> {
  const { mandate, channelId, rootId, message } = input as Echo
  await context.withMandate(mandate).posts.create({ channelId, rootId, message, pendingPostId: key.slice(0, 64), setOnline: false })
}

/** Commands that are another way to write a message. */
export const writing: readonly BuiltIn[] = [
  {
    trigger: 'shrug', words: 'shrug', hasHint: true,
    run: ({ text }) => ({ kind: 'inChannel', text: text === '' ? shrugging : `${text} ${shrugging}` }),
  },
  {
    trigger: 'me', words: 'me', hasHint: true,
    run: async ({ text, context }) => (text.trim() === '' ? { text: await context.t('answers.me') } : { kind: 'inChannel', postType: 'me', text: `*${text}*`, props: { message: text } }),
  },
  {
    trigger: 'code', words: 'code', hasHint: true,
    run: async ({ text, context }) => (text === '' ? { text: await context.t('answers.code') } : { kind: 'inChannel', text: `    ${text.replaceAll('\n', '\n    ')}` }),
  },
  { trigger: 'echo', words: 'echo', hasHint: true, run: echo },
]
