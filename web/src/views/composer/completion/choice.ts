import type { User } from '@rookery/sdk/protocol'

/** One row of the list. */
export interface Choice {
  readonly key: string
  readonly kind: 'user' | 'everybody' | 'channel' | 'emoji' | 'command'
  /** What takes the place of what was typed; with a blank behind it where typing goes on. */
  readonly insert: string
  readonly title: string
  readonly detail: string
  /** A heading above the first of its group; '' for none. */
  readonly group: string
  /** Tells what may be typed; cannot be chosen. */
  readonly isHint?: boolean
  readonly user?: User
  readonly isPrivate?: boolean
  readonly characters?: string
  readonly picture?: string
}

/** Whether to choose it would change anything: Enter sends where it would not. */
export const changesText = (choice: Choice, typed: string): boolean => choice.insert.trimEnd() !== typed.trimEnd()
