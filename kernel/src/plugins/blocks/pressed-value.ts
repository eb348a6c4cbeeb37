import { faultOfInput, readInput, RookeryError, type InputBlock, type InputValue, type InputValues, type Pressable } from '@rookery/sdk/protocol'

/** What a client says of a press. */
export interface GivenPress { readonly selectedOption?: string, readonly isChecked?: boolean, readonly values?: Readonly<Record<string, unknown>> }

export interface PressedValue { readonly value: string, readonly isChecked: boolean }

const refuse = (reason: string): never => { throw new RookeryError('invalid_input', { field: 'selectedOption', reason }) }
const day = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
const id = /^[a-z0-9]{26}$/

/** What was chosen, judged by what there was to choose. Undefined: whoever pressed has to be asked for a day. */
export function readPressed(pressable: Pressable, { selectedOption = '', isChecked }: GivenPress): PressedValue | undefined {
  if (pressable.isDisabled) refuse('it cannot be pressed now')
  const chosen = (value: string): PressedValue => ({ value, isChecked: false })
  if (pressable.kind === 'button') return chosen(pressable.value ?? '')
  if (pressable.kind === 'date') {
    if (selectedOption === '') return undefined
    const { minimum = '', maximum = '9999-12-31' } = pressable
    return day.test(selectedOption) && selectedOption >= minimum && selectedOption <= maximum ? chosen(selectedOption) : refuse('it is no day that can be chosen')
  }
  if (pressable.kind === 'checklist') {
    const item = pressable.items.find((each) => each.id === selectedOption) ?? refuse('there is no such item')
    return { value: item.id, isChecked: isChecked ?? item.isChecked !== true }
  }
  if (pressable.kind === 'select' && pressable.source) return id.test(selectedOption) ? chosen(selectedOption) : refuse('it is no id')
  const values: readonly { readonly value: string }[] = pressable.kind === 'menu' ? pressable.items : pressable.options ?? []
  return values.some(({ value }) => value === selectedOption) ? chosen(selectedOption) : refuse('there is no such choice')
}

const reasons = {
  missing: 'it is missing', noText: 'it is no text', noNumber: 'it is no number', noWholeNumber: 'it is no whole number', noChoice: 'there is no such choice', tooShort: 'it is too short', tooLong: 'it is too long',
  tooSmall: 'it is too small', tooLarge: 'it is too large', noDate: 'it is no day', noEmail: 'it is no e-mail address', noAddress: 'it is no address', noId: 'it is no id',
} as const

export interface JudgedValues { readonly values: InputValues, readonly faults: Readonly<Record<string, string>> }

/** What was filled in, as the inputs have it, and what is wrong with it in words. What nobody asked for is not heard. */
export function readValues(inputs: readonly InputBlock[], given: Readonly<Record<string, unknown>>): JudgedValues {
  const values: Record<string, InputValue> = {}
  const faults: Record<string, string> = {}
  for (const input of inputs) {
    const value = readInput(input, Object.hasOwn(given, input.id) ? given[input.id] : undefined)
    const fault = faultOfInput(input, value)
    if (fault) faults[input.id] = reasons[fault]
    else if (value !== undefined) values[input.id] = value as InputValue
  }
  return { values, faults }
}
