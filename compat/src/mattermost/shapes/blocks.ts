import {
  inputsOf, isKnownBlock, textIn, type BlockElement, type Blocks, type BlockText, type ChecklistBlock, type InputBlock, type KnownBlock, type Pressable, type ShownBlockDialog,
} from '@rookery/sdk/protocol'

/** Clients of Mattermost know one text: that of whoever reads it. */
type Say = (text: BlockText | undefined) => string
const sayIn = (locale: string): Say => (text) => textIn(text, locale)

type Fields = Record<string, unknown>
interface Attachment { fallback: string, title?: string, text?: string, image_url?: string, fields?: Fields[], footer?: string, actions?: Fields[] }

/** The parts of an attachment in the order in which clients draw them. */
const order = ['title', 'text', 'image_url', 'fields', 'footer', 'actions'] as const
type Part = typeof order[number]
type Piece = { [Name in Part]: { readonly part: Name, readonly value: NonNullable<Attachment[Name]> } }[Part]

const progressWidth = 10
const barOf = (value: number, maximum: number): string => {
  const share = Math.min(value / maximum, 1)
  const full = Math.round(share * progressWidth)
  return `${'▰'.repeat(full)}${'▱'.repeat(progressWidth - full)} ${Math.round(share * 100)} %`
}

const shared = ({ id, isDisabled, cookie }: Pressable): Fields => ({ id, ...(isDisabled && { disabled: true }), ...(cookie !== undefined && { cookie }) })
const styles = { plain: 'default', primary: 'primary', danger: 'danger' } as const

/** A button or menu; days are asked for in a dialog. */
function actionOf(say: Say, element: Exclude<BlockElement, { kind: 'link' }> | ChecklistBlock): Fields {
  const name = say(element.label)
  if (element.kind === 'button') return { ...shared(element), name, type: 'button', style: styles[element.style ?? 'plain'] }
  if (element.kind === 'date') return { ...shared(element), name: element.chosen ? `${name}: ${element.chosen}` : name, type: 'button', style: 'default' }
  if (element.kind === 'select' && element.source) return { ...shared(element), name, type: 'select', data_source: element.source, ...(element.chosen && { default_option: element.chosen }) }
  const options = element.kind === 'checklist' ? element.items.map(({ id, label, isChecked }) => ({ value: id, text: `${isChecked ? '☑' : '☐'} ${say(label)}` }))
    : (element.kind === 'menu' ? element.items : element.options ?? []).map(({ value, label }) => ({ value, text: say(label) }))
  return { ...shared(element), name, type: 'select', options, ...(element.kind === 'select' && element.chosen && { default_option: element.chosen }) }
}

const elementPieces = (say: Say, elements: readonly BlockElement[]): Piece[] => {
  const links = elements.filter((element) => element.kind === 'link').map(({ label, url }) => `[${say(label).replace(/[[\]]/g, '')}](${url})`)
  const actions = elements.filter((element) => element.kind !== 'link').map((element) => actionOf(say, element))
  return [...(links.length > 0 ? [{ part: 'text', value: links.join(' · ') } as const] : []), ...(actions.length > 0 ? [{ part: 'actions', value: actions } as const] : [])]
}

function piecesOf(say: Say, block: KnownBlock): Piece[] {
  if (block.kind === 'heading') return [{ part: 'title', value: say(block.text) }]
  if (block.kind === 'section') return [{ part: 'text', value: say(block.text) }, ...elementPieces(say, block.accessory ? [block.accessory] : [])]
  if (block.kind === 'fields') return [{ part: 'fields', value: block.fields.map(({ label, value, isShort = false }) => ({ title: say(label), value: say(value), short: isShort })) }]
  if (block.kind === 'actions') return elementPieces(say, block.elements)
  if (block.kind === 'image') return [...(block.title ? [{ part: 'title', value: say(block.title) } as const] : []), { part: 'image_url', value: block.url }]
  if (block.kind === 'checklist') {
    const lines = block.items.map(({ label, detail, isChecked }) => `- [${isChecked ? 'x' : ' '}] ${say(label)}${detail ? ` – ${say(detail)}` : ''}`)
    return [{ part: 'text', value: [`**${say(block.label)}**`, ...lines].join('\n') }, { part: 'actions', value: [actionOf(say, block)] }]
  }
  if (block.kind === 'progress') return [{ part: 'text', value: `${say(block.label)}\n${barOf(block.value, block.maximum)}` }]
  if (block.kind === 'context') return [{ part: 'footer', value: block.items.map((item) => say(item.kind === 'text' ? item.text : item.alt)).join(' · ') }]
  // Inputs are asked for in a dialog when a button is pressed.
  return []
}

/** In words without form: for notifications, and for clients that show no attachments. */
const plainOf = (piece: Piece): string[] => {
  if (piece.part === 'fields') return piece.value.map(({ title, value }) => `${String(title)}: ${String(value)}`)
  return piece.part === 'actions' || piece.part === 'image_url' ? [] : [piece.value]
}

/** Attachments that say and do what blocks do. A new one begins where the next piece would be drawn above what is there already. */
export function blockAttachments(blocks: Blocks, locale: string): Attachment[] {
  const say = sayIn(locale)
  const attachments: Attachment[] = []
  let current: Attachment | undefined
  let reached = 0
  const begin = (): Attachment => {
    attachments.push(current = { fallback: '' })
    reached = 0
    return current
  }
  const add = (piece: Piece): void => {
    const place = order.indexOf(piece.part)
    const joins = piece.part === 'text' || piece.part === 'actions' || piece.part === 'fields'
    const target = !current || place < reached || (place === reached && current[piece.part] !== undefined && !joins) ? begin() : current
    reached = place
    if (piece.part === 'text') target.text = target.text === undefined ? piece.value : `${target.text}\n\n${piece.value}`
    else if (piece.part === 'actions' || piece.part === 'fields') target[piece.part] = [...target[piece.part] ?? [], ...piece.value]
    else target[piece.part] = piece.value
    target.fallback = [target.fallback, ...plainOf(piece)].filter(Boolean).join('\n').slice(0, 2000)
  }
  for (const block of blocks) {
    if (!isKnownBlock(block)) add({ part: 'text', value: say(block.fallback) })
    else if (block.kind === 'divider') current = undefined
    else for (const piece of piecesOf(say, block)) add(piece)
  }
  return attachments
}

const elementKinds = { multiline: 'textarea', date: 'date', email: 'text', uri: 'text', user: 'select', channel: 'select' } as const
const subtypes = { email: 'email', uri: 'url' } as const

function dialogElement(say: Say, { id, label, hint, placeholder, isRequired = false, schema }: InputBlock): Fields {
  const { type, format, options, minLength, maxLength, default: standard } = schema
  const kind = type === 'boolean' ? 'bool' : options ? 'select' : type === 'string' && format ? elementKinds[format] : 'text'
  const subtype = type === 'integer' || type === 'number' ? 'number' : format && format in subtypes ? subtypes[format as keyof typeof subtypes] : undefined
  return {
    name: id, display_name: say(label), type: kind, optional: !isRequired, ...(hint && { help_text: say(hint) }), placeholder: say(placeholder), ...(standard !== undefined && { default: String(standard) }),
    ...(kind === 'text' && subtype && { subtype }), ...(options && { options: options.map((option) => ({ text: say(option.label), value: option.value })) }),
    ...(format === 'user' && { data_source: 'users' }), ...(format === 'channel' && { data_source: 'channels' }), ...(minLength && { min_length: minLength }), ...(maxLength && { max_length: maxLength }),
  }
}

/** A form of blocks as Mattermost's dialogs have it: first what is said, then what is asked. */
export function blockDialogShape({ title, blocks, submitLabel, state }: ShownBlockDialog, locale: string) {
  const say = sayIn(locale)
  const introduction = blockAttachments(blocks, locale).flatMap(({ title: heading, text, fields = [], footer }) => [heading && `#### ${heading}`, text, ...fields.map((field) => `**${String(field['title'])}**: ${String(field['value'])}`), footer])
  return {
    callback_id: '', title: say(title), introduction_text: introduction.filter(Boolean).join('\n\n'), elements: inputsOf(blocks).map((block) => dialogElement(say, block)), ...(submitLabel && { submit_label: say(submitLabel) }), notify_on_cancel: false, state,
  }
}
