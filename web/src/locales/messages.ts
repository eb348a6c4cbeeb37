import { IntlMessageFormat } from 'intl-messageformat'
import { isolate } from './directions.ts'

type Element = ReturnType<IntlMessageFormat['getAst']>[number]
interface Shown { value: string }
interface Cases { readonly options: Readonly<Record<string, { readonly value: Element[] }>> }

/** `{name}` in a parsed message: it stands in the sentence itself, where others format a number or decide between cases. */
const argumentType = 1

const isShown = (element: Element): element is Element & Shown => (element.type as number) === argumentType
const hasCases = (element: Element): element is Element & Cases => 'options' in element

/** Gives what is shown a name of its own: the same value may also decide between cases, and is not to be changed there. */
function renameShown(elements: readonly Element[], names: Set<string>): Set<string> {
  for (const element of elements) {
    if (isShown(element)) {
      names.add(element.value)
      element.value = shownName(element.value)
    } else if (hasCases(element)) for (const { value } of Object.values(element.options)) renameShown(value, names)
  }
  return names
}

const shownName = (name: string): string => `shown ${name}`

/** What an ICU message says with values filled in. Text among them keeps its own direction and turns nothing around it. */
export function compileMessage(message: string, locale: string): (values: Readonly<Record<string, unknown>>) => unknown {
  const format = new IntlMessageFormat(message, locale, undefined, { ignoreTag: true })
  const names = renameShown(format.getAst(), new Set())
  return (values) => {
    const all = { ...values }
    for (const name of names) {
      const value = values[name]
      if (name in values) all[shownName(name)] = typeof value === 'string' ? isolate(value, locale) : value
    }
    return format.format(all as Record<string, string>)
  }
}
