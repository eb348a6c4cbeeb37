import { isInCode } from '../edits/edit.ts'

/** What is being typed that could be completed. */
export interface Query {
  readonly kind: 'user' | 'channel' | 'emoji' | 'command'
  /** Without the sign that begins it. */
  readonly term: string
  /** Where the sign stands. */
  readonly from: number
  /** The caret. */
  readonly to: number
}

const user = /(?:^|[\s([{"'“‘«*_~>/،؛-])@([\p{L}\p{M}\p{N}._-]{0,64})$/u
const channel = /(?:^|[\s([{"'“‘«*_>/،؛-])~([\p{L}\p{M}\p{N}_-]{0,64})$/u
const emoji = /(?:^|[^\p{L}\p{N}:/]):([\p{L}\p{M}\p{N}_+-]{2,64})$/u

const maximumCommand = 4000

/** A person or a channel among what follows a command: those are the same for all commands. */
function nameAt(before: string, caret: number): Query | undefined {
  if (!before.includes(' ')) return undefined
  for (const [kind, pattern] of [['user', user], ['channel', channel]] as const) {
    const term = pattern.exec(before.slice(-80))?.[1]
    if (term !== undefined) return { kind, term, from: caret - term.length - 1, to: caret }
  }
  return undefined
}

/** Finds what stands before the caret; undefined where there is nothing to complete, as in code. */
export function queryAt(text: string, caret: number, { hasCommands = true }: { hasCommands?: boolean } = {}): Query | undefined {
  const before = text.slice(0, caret)
  if (hasCommands && text.startsWith('/') && caret > 0 && !before.includes('\n') && before.length <= maximumCommand) return nameAt(before, caret) ?? { kind: 'command', term: before.slice(1), from: 0, to: caret }
  const line = before.slice(Math.max(before.lastIndexOf('\n') + 1, caret - 80))
  if (!/[@~:]/.test(line) || isInCode(text, caret)) return undefined
  for (const [kind, pattern] of [['user', user], ['channel', channel], ['emoji', emoji]] as const) {
    const term = pattern.exec(line)?.[1]
    if (term !== undefined) return { kind, term, from: caret - term.length - 1, to: caret }
  }
  return undefined
}
