import type { PluginContext } from '@rookery/sdk/plugin'
import type manifest from '../plugin.json'

export type Context = PluginContext<typeof manifest>

/** A command that somebody typed. */
export interface Call {
  /** The word after the slash, in lower case. */
  readonly trigger: string
  /** All that follows it. */
  readonly text: string
  readonly channelId: string
  /** '' in direct and group channels where nobody said which team is meant. */
  readonly teamId: string
  readonly rootId: string
  readonly context: Context
}

/** What a command has to say. Without text there is nothing to see. */
export interface Answer {
  /** Shown to who asked (by default), or posted as that person. */
  readonly kind?: 'ephemeral' | 'inChannel' | undefined
  readonly text?: string | undefined
  readonly goToLocation?: string | undefined
  readonly postType?: string | undefined
  readonly props?: Readonly<Record<string, unknown>> | undefined
  /** Another channel than that in which it was asked. */
  readonly channelId?: string | undefined
  /** Another server says it, under a name and a picture of its own where it has them. */
  readonly isOfIntegration?: boolean | undefined
  readonly username?: string | undefined
  readonly iconUrl?: string | undefined
}

/** A command that comes with this plugin. */
export interface BuiltIn {
  readonly trigger: string
  /** Of its words in `i18n/`: `commands.<words>.description`, and `.hint` where it has one. */
  readonly words: string
  readonly hasHint?: boolean
  /** It is carried out and not suggested: there is nothing behind it here. */
  readonly isUnlisted?: boolean
  run(call: Call): Promise<Answer> | Answer
}
