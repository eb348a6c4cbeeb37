import { RookeryError, blocksProp, maximumMessageLength } from '@rookery/sdk/protocol'
import type { Settings } from '../../config/index.ts'
import type { Context } from '../../operations/index.ts'
import { codePointLength, hashtagsOf, isUnspaced, mentionTokens, previewedPostId, type MentionTokens } from '../../text/index.ts'

/** In characters of its JSON. */
export const maximumPropsLength = 800_000

/** Props by which the server tells where a post comes from and whom it concerns: nobody else may say that. */
const serverProps: ReadonlySet<string> = new Set([
  'from_webhook', 'from_bot', 'from_plugin', 'from_oauth_app', 'webhook_display_name', 'override_username', 'override_icon_url', 'override_icon_emoji',
  'add_channel_member', 'force_notification', 'deleteBy', 'previewed_post', 'mentionHighlightDisabled', 'disable_group_highlight', blocksProp,
])

/** Of these, what says who seems to speak: plugins may that were let. */
const overrideProps: ReadonlySet<string> = new Set(['from_webhook', 'webhook_display_name', 'override_username', 'override_icon_url', 'override_icon_emoji'])

/** What people write has '' or one of a few types; what the server says has others. */
export const isWrittenType = (type: string): boolean => type === '' || type === 'me' || type === 'slack_attachment' || type.startsWith('custom_')

export const isSystemType = (type: string): boolean => type.startsWith('system_')

export interface PostForm {
  readonly message: string
  readonly props: Record<string, unknown>
  readonly fileCount: number
}

/** Throws unless a post may look like this. */
export function assertPostForm({ message, props, fileCount }: PostForm, settings: Settings): void {
  if (codePointLength(message) > maximumMessageLength) throw new RookeryError('message_too_long', { maximum: maximumMessageLength })
  if (fileCount > settings.posts.maximumFiles) throw new RookeryError('too_many_files', { maximum: settings.posts.maximumFiles })
  if (message.trim() === '' && fileCount === 0 && !hasAttachments(props) && !props[blocksProp]) throw new RookeryError('message_empty')
  if (JSON.stringify(props).length > maximumPropsLength) throw new RookeryError('props_too_large', { maximum: maximumPropsLength })
}

const hasAttachments = ({ attachments }: Record<string, unknown>): boolean => Array.isArray(attachments) && attachments.length > 0

/** Props as an actor may set them; those of the server stay what they were. */
export function ownProps(context: Context, props: Record<string, unknown>, before: Record<string, unknown> = {}): Record<string, unknown> {
  if (context.actor.kind !== 'user') return props
  const mayOverride = context.actor.plugin?.has('posts:override') ?? false
  // Clients of Mattermost send back the attachments that were made of blocks for them.
  const isMadeOfBlocks = before[blocksProp] !== undefined && context.actor.plugin === undefined
  const isReserved = (name: string): boolean => (isMadeOfBlocks && name === 'attachments') || (serverProps.has(name) && !(mayOverride && overrideProps.has(name)))
  const kept = Object.entries(before).filter(([name]) => isReserved(name))
  return Object.fromEntries([...Object.entries(props).filter(([name]) => !isReserved(name)), ...kept])
}

/** What an author says of a post of its own kind: without what the server adds, and without what every kind may have. */
export const kindProps = (props: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(props).filter(([name]) => !serverProps.has(name) && name !== 'attachments'))

/** All that follows from a message alone. */
export interface MessageParts {
  readonly tokens: MentionTokens
  readonly hashtags: string
  /** `@name` of everybody who may be meant, and words as they are written and in lower case. */
  readonly mentionWords: string[]
  /** Those of them that are written without spaces, for keywords to be found inside. */
  readonly unspacedText: string
  readonly embeds: Record<string, unknown>[]
}

export function messageParts(message: string, siteUrl: string): MessageParts {
  const tokens = mentionTokens(message)
  const linkedId = previewedPostId(message, siteUrl)
  const mentionWords = new Set(tokens.usernames.map((name) => `@${name}`))
  for (const words of [tokens.words, tokens.writtenWords]) for (const word of words) mentionWords.add(word)
  return {
    tokens, hashtags: hashtagsOf(message), mentionWords: [...mentionWords],
    unspacedText: isUnspaced(message) ? [...new Set([...tokens.words, ...tokens.writtenWords])].filter(isUnspaced).join('\n') : '',
    embeds: linkedId ? [{ type: 'permalink', postId: linkedId }] : [],
  }
}
