import { inject, type InjectionKey } from 'vue'
import type { User } from '@rookery/sdk/protocol'

/** What opens when names and words in messages are pressed. Whoever shows messages gives it; without it they are plain text. */
export interface MessageLinks {
  /** The card of a person, beside what was pressed. */
  openProfile?(user: User, anchor: HTMLElement): void
  /** Everything with this hashtag. */
  search?(text: string): void
}

export const messageLinksKey: InjectionKey<MessageLinks> = Symbol('messageLinks')

export const useMessageLinks = (): MessageLinks => inject(messageLinksKey, {})
