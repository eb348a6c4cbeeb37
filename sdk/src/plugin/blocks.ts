import type {
  ActionsBlock, BlockElement, BlockOption, BlockText, ButtonElement, ChecklistBlock, ContextBlock, ContextItem, DateElement, DividerBlock, FieldsBlock, HeadingBlock, ImageBlock, InputBlock, LinkElement, MenuElement, ProgressBlock, SectionBlock, SelectElement,
} from '../protocol/blocks/index.ts'

type Rest<Thing, Given extends keyof Thing = never> = Omit<Thing, 'kind' | 'cookie' | Given>

/** A choice in short: its value, which is also its label, or both. */
type OptionForm = string | readonly [value: string, label: BlockText]
const optionOf = (form: OptionForm): BlockOption => (typeof form === 'string' ? { value: form, label: form } : { value: form[0], label: form[1] })

/** Blocks in few words. Every text may be one for all, or one for each language, as `ctx.inLanguages` gives it. */
export const blocks = {
  heading: (text: BlockText, rest: Rest<HeadingBlock, 'text'> = {}): HeadingBlock => ({ kind: 'heading', text, ...rest }),
  section: (text: BlockText, accessory?: BlockElement): SectionBlock => ({ kind: 'section', text, ...(accessory && { accessory }) }),
  fields: (...fields: FieldsBlock['fields']): FieldsBlock => ({ kind: 'fields', fields }),
  actions: (...elements: BlockElement[]): ActionsBlock => ({ kind: 'actions', elements }),
  input: (id: string, label: BlockText, schema: InputBlock['schema'], rest: Rest<InputBlock, 'id' | 'label' | 'schema'> = {}): InputBlock => ({ kind: 'input', id, label, schema, ...rest }),
  image: (url: string, alt: BlockText, rest: Rest<ImageBlock, 'url' | 'alt'> = {}): ImageBlock => ({ kind: 'image', url, alt, ...rest }),
  checklist: (id: string, action: string, label: BlockText, items: ChecklistBlock['items']): ChecklistBlock => ({ kind: 'checklist', id, action, label, items }),
  progress: (label: BlockText, value: number, maximum = 100, rest: Rest<ProgressBlock, 'label' | 'value' | 'maximum'> = {}): ProgressBlock => ({ kind: 'progress', label, value, maximum, ...rest }),
  divider: (): DividerBlock => ({ kind: 'divider' }),
  context: (...items: (BlockText | ContextItem)[]): ContextBlock => ({ kind: 'context', items: items.map((item): ContextItem => (isContextItem(item) ? item : { kind: 'text', text: item })) }),

  button: (id: string, action: string, label: BlockText, rest: Rest<ButtonElement, 'id' | 'action' | 'label'> = {}): ButtonElement => ({ kind: 'button', id, action, label, ...rest }),
  select: (id: string, action: string, label: BlockText, options: readonly OptionForm[] | 'users' | 'channels', rest: Rest<SelectElement, 'id' | 'action' | 'label' | 'options' | 'source'> = {}): SelectElement =>
    ({ kind: 'select', id, action, label, ...(typeof options === 'string' ? { source: options } : { options: options.map(optionOf) }), ...rest }),
  menu: (id: string, action: string, label: BlockText, items: MenuElement['items'], rest: Rest<MenuElement, 'id' | 'action' | 'label' | 'items'> = {}): MenuElement => ({ kind: 'menu', id, action, label, items, ...rest }),
  date: (id: string, action: string, label: BlockText, rest: Rest<DateElement, 'id' | 'action' | 'label'> = {}): DateElement => ({ kind: 'date', id, action, label, ...rest }),
  link: (label: BlockText, url: string): LinkElement => ({ kind: 'link', label, url }),
}

const isContextItem = (item: BlockText | ContextItem): item is ContextItem => typeof item === 'object' && (item['kind'] === 'text' || item['kind'] === 'image')
