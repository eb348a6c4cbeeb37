import { inputsOf, readInput, standardInputLengths, textIn, type Blocks, type InputBlock, type ShownBlockDialog } from '@rookery/sdk/protocol'

export type DialogValue = string | number | boolean | readonly string[] | null
export type DialogValues = Readonly<Record<string, DialogValue>>

export interface DialogOption { readonly text: string, readonly value: string }

/** One field of a form, whatever the other side left out. */
export interface DialogField {
  readonly name: string
  readonly label: string
  readonly kind: 'text' | 'textarea' | 'select' | 'bool' | 'radio' | 'date' | 'datetime'
  readonly subtype: 'text' | 'email' | 'number' | 'password' | 'tel' | 'url'
  readonly placeholder: string
  readonly help: string
  readonly isOptional: boolean
  readonly minimumLength: number
  readonly maximumLength: number
  readonly source: '' | 'users' | 'channels' | 'dynamic'
  readonly isMultiple: boolean
  readonly options: readonly DialogOption[]
  readonly initial: DialogValue
}

export interface DialogForm {
  readonly callbackId: string
  readonly state: string
  readonly title: string
  readonly introduction: string
  readonly submitLabel: string
  readonly tellsCancel: boolean
  readonly fields: readonly DialogField[]
}

const kinds = ['text', 'textarea', 'select', 'bool', 'radio', 'date', 'datetime'] as const
const subtypes = ['text', 'email', 'number', 'password', 'tel', 'url'] as const
const sources = ['', 'users', 'channels', 'dynamic'] as const
const standardLengths = { text: 150, textarea: 3000 } as const
const maximumFields = 50

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const count = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0)
const oneOf = <Word extends string>(words: readonly Word[], value: unknown, standard: Word): Word => words.find((word) => word === value) ?? standard

function initialOf(kind: DialogField['kind'], isMultiple: boolean, value: unknown): DialogValue {
  if (kind === 'bool') return value === true || value === 'true'
  if (isMultiple) return text(value).split(',').map((word) => word.trim()).filter((word) => word !== '')
  return text(value)
}

function readField(told: Fields): DialogField {
  const kind = oneOf(kinds, told['type'], 'text')
  const isMultiple = kind === 'select' && told['multiselect'] === true
  return {
    kind, isMultiple,
    name: text(told['name']), label: text(told['display_name']) || text(told['name']), subtype: oneOf(subtypes, told['subtype'], 'text'),
    placeholder: text(told['placeholder']), help: text(told['help_text']), isOptional: told['optional'] === true,
    minimumLength: count(told['min_length']), maximumLength: count(told['max_length']) || (kind === 'textarea' ? standardLengths.textarea : standardLengths.text),
    source: kind === 'select' ? oneOf(sources, told['data_source'], '') : '',
    options: (Array.isArray(told['options']) ? told['options'] : []).filter(isFields).map((option) => ({ text: text(option['text']), value: text(option['value']) })),
    initial: initialOf(kind, isMultiple, told['default']),
  }
}

/** A dialog as Mattermost's integrations define it, read with patience: it was written by somebody else. */
export function readDialog(told: Fields): DialogForm {
  return {
    callbackId: text(told['callback_id']), state: text(told['state']), title: text(told['title']), introduction: text(told['introduction_text']),
    submitLabel: text(told['submit_label']), tellsCancel: told['notify_on_cancel'] === true,
    fields: (Array.isArray(told['elements']) ? told['elements'] : []).filter(isFields).slice(0, maximumFields).map(readField).filter(({ name }) => name !== ''),
  }
}

/** Why a value cannot be sent; '' where it can. The other side judges all the rest. */
export function problemOf({ kind, subtype, isOptional, minimumLength, options, source }: DialogField, value: DialogValue): '' | 'missing' | 'tooShort' | 'noEmail' | 'noAddress' | 'noNumber' | 'unknownOption' {
  const words = typeof value === 'string' ? value.trim() : ''
  if (value === null || value === false || (Array.isArray(value) ? value.length === 0 : typeof value === 'string' && words === '')) return isOptional || kind === 'bool' ? '' : 'missing'
  if (kind === 'select' || kind === 'radio') {
    if (source !== '') return ''
    return [value].flat().every((each) => options.some((option) => option.value === each)) ? '' : 'unknownOption'
  }
  if (typeof value === 'boolean') return ''
  if (words.length < minimumLength) return 'tooShort'
  if (subtype === 'email' && !/^\S+@\S+\.\S+$/.test(words)) return 'noEmail'
  if (subtype === 'url' && !/^https?:\/\/\S+$/.test(words)) return 'noAddress'
  if (subtype === 'number' && !Number.isFinite(Number(words))) return 'noNumber'
  return ''
}

/** As it is sent: numbers are numbers, nothing is null. */
export const submissionOf = ({ fields }: DialogForm, values: DialogValues): DialogValues => Object.fromEntries(fields.map((field) => {
  const value = values[field.name] ?? field.initial
  if (field.subtype === 'number' && field.kind === 'text' && typeof value === 'string' && value.trim() !== '') return [field.name, Number(value)]
  return [field.name, value === '' && field.isOptional ? null : value]
}))

const inputKinds = { multiline: 'textarea', date: 'date', email: 'text', uri: 'text', user: 'select', channel: 'select' } as const
const inputSubtypes: Readonly<Record<string, DialogField['subtype']>> = { email: 'email', uri: 'url' }
const inputSources: Readonly<Record<string, DialogField['source']>> = { user: 'users', channel: 'channels' }

function fieldOfInput({ id, label, hint, placeholder, isRequired = false, schema }: InputBlock, locale: string): DialogField {
  const { type, format = '', options = [], minLength = 0, maxLength, default: standard } = schema
  const isNumber = type === 'integer' || type === 'number'
  const kind = type === 'boolean' ? 'bool' : options.length > 0 ? 'select' : type === 'string' && format !== '' ? inputKinds[format] : 'text'
  return {
    kind, name: id, label: textIn(label, locale), subtype: isNumber ? 'number' : inputSubtypes[format] ?? 'text', placeholder: textIn(placeholder, locale), help: textIn(hint, locale), isOptional: !isRequired, minimumLength: minLength,
    maximumLength: maxLength ?? (format === 'multiline' ? standardInputLengths.multiline : standardInputLengths.line), source: inputSources[format] ?? '', isMultiple: false,
    options: options.map((option) => ({ text: textIn(option.label, locale), value: option.value })), initial: kind === 'bool' ? standard === true : standard === undefined ? '' : String(standard),
  }
}

/** The inputs of blocks as fields of a form. */
export const blockFields = (blocks: Blocks, locale: string): DialogField[] => inputsOf(blocks).map((input) => fieldOfInput(input, locale))

/** What was filled in, or stands there from the beginning, as the inputs have it. */
export const inputValuesOf = (inputs: readonly InputBlock[], filledIn: DialogValues): Record<string, unknown> => Object.fromEntries(inputs.flatMap((input) => {
  const value = readInput(input, filledIn[input.id] ?? fieldOfInput(input, '').initial)
  return value === undefined ? [] : [[input.id, value]]
}))

/** A form of blocks as other forms are. */
export const blockForm = ({ title, blocks, submitLabel, state }: ShownBlockDialog, locale: string): DialogForm =>
  ({ callbackId: '', state, title: textIn(title, locale), introduction: '', submitLabel: textIn(submitLabel, locale), tellsCancel: false, fields: blockFields(blocks, locale) })
