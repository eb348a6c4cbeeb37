import type { BlockElement } from '@rookery/sdk/protocol'

/** Attachments of Mattermost's form, as they come in `props.attachments` of a post. Anybody may send anything: what is none is left out. */
export interface MessageAttachment {
  readonly pretext: string
  readonly authorName: string
  readonly authorLink: string
  readonly authorIcon: string
  readonly title: string
  readonly titleLink: string
  readonly text: string
  readonly fields: readonly { readonly title: string, readonly value: string, readonly isShort: boolean }[]
  /** `#rrggbb`, or one of the words good, warning, danger; '' for none. */
  readonly color: string
  readonly imageUrl: string
  readonly thumbUrl: string
  readonly footer: string
  readonly footerIcon: string
  readonly fallback: string
  readonly actions: readonly AttachmentAction[]
}

export interface AttachmentAction {
  readonly id: string
  readonly kind: 'button' | 'select'
  readonly name: string
  readonly style: 'default' | 'primary' | 'danger'
  readonly cookie: string
  /** Where the choices are the people or channels here, and not `options`. */
  readonly source: '' | 'users' | 'channels'
  readonly options: readonly { readonly text: string, readonly value: string }[]
  readonly chosen: string
  readonly isDisabled: boolean
}

const maximumAttachments = 20
const maximumFields = 50
const maximumActions = 50
const maximumOptions = 500

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown, maximum: number): Fields[] => (Array.isArray(value) ? value.slice(0, maximum).filter(isFields) : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '')
const webAddress = (value: unknown): string => (/^https?:\/\/[^/\s]/i.test(textOf(value)) ? textOf(value) : '')
const styles: Readonly<Record<string, AttachmentAction['style']>> = { primary: 'primary', success: 'primary', good: 'primary', danger: 'danger', warning: 'default' }

const colorOf = (value: unknown): string => (/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(textOf(value)) || ['good', 'warning', 'danger'].includes(textOf(value)) ? textOf(value) : '')

function actionOf(action: Fields): AttachmentAction | undefined {
  const id = textOf(action['id'])
  const name = textOf(action['name'])
  if (!id || !name) return undefined
  return {
    id, name, kind: action['type'] === 'select' ? 'select' : 'button', style: styles[textOf(action['style'])] ?? 'default', cookie: textOf(action['cookie']),
    source: action['data_source'] === 'users' || action['data_source'] === 'channels' ? action['data_source'] : '',
    options: listOf(action['options'], maximumOptions).map((option) => ({ text: textOf(option['text']), value: textOf(option['value']) })).filter(({ text, value }) => text && value),
    chosen: textOf(action['default_option']), isDisabled: action['disabled'] === true,
  }
}

/** As blocks have it: one thing draws both. */
export const elementOf = ({ id, kind, name, style, source, options, chosen, isDisabled }: AttachmentAction): BlockElement => (kind === 'button'
  ? { kind, id, action: '', label: name, style: style === 'default' ? 'plain' : style, isDisabled }
  : { kind, id, action: '', label: name, isDisabled, ...(source ? { source } : { options: options.map(({ text, value }) => ({ label: text, value })) }), ...(chosen && { chosen }) })

export function readAttachments(props: Fields): MessageAttachment[] {
  return listOf(props['attachments'], maximumAttachments).map((told) => ({
    pretext: textOf(told['pretext']), authorName: textOf(told['author_name']), authorLink: webAddress(told['author_link']), authorIcon: webAddress(told['author_icon']),
    title: textOf(told['title']), titleLink: webAddress(told['title_link']), text: textOf(told['text']),
    fields: listOf(told['fields'], maximumFields).map((field) => ({ title: textOf(field['title']), value: textOf(field['value']), isShort: field['short'] === true || field['short'] === 'true' })),
    color: colorOf(told['color']), imageUrl: webAddress(told['image_url']), thumbUrl: webAddress(told['thumb_url']), footer: textOf(told['footer']), footerIcon: webAddress(told['footer_icon']),
    fallback: textOf(told['fallback']), actions: listOf(told['actions'], maximumActions).flatMap((action) => actionOf(action) ?? []),
  }))
}
