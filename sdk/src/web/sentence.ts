/** Fills the values into a sentence: `{name}`, and `{count, plural, =0 {…} one {…} other {# …}}` by the rules of the language. */
export function fillSentence(text: string, values: Readonly<Record<string, string | number>>, locale: string): string {
  let filled = ''
  let at = 0
  while (at < text.length) {
    if (text[at] !== '{') {
      filled += text[at]
      at += 1
      continue
    }
    const end = endOfBraces(text, at)
    filled += fill(text.slice(at + 1, end), values, locale)
    at = end + 1
  }
  return filled
}

function fill(argument: string, values: Readonly<Record<string, string | number>>, locale: string): string {
  const [, name = '', kind, rest = ''] = /^\s*([^,\s]+)\s*(?:,\s*(\w+)\s*(?:,([\s\S]*))?)?$/.exec(argument) ?? []
  const value = values[name]
  if (value === undefined) return `{${name}}`
  if (kind === 'number' || (kind === undefined && typeof value === 'number')) return new Intl.NumberFormat(locale).format(Number(value))
  if (kind !== 'plural' && kind !== 'select') return String(value)
  const choices = readChoices(rest)
  const wanted = kind === 'select' ? [String(value)] : [`=${value}`, new Intl.PluralRules(locale).select(Number(value))]
  const chosen = [...wanted, 'other'].map((choice) => choices.get(choice)).find((choice) => choice !== undefined) ?? ''
  return fillSentence(kind === 'plural' ? chosen.replaceAll('#', new Intl.NumberFormat(locale).format(Number(value))) : chosen, values, locale)
}

function readChoices(text: string): Map<string, string> {
  const choices = new Map<string, string>()
  let at = 0
  for (let open = text.indexOf('{', at); open >= 0; open = text.indexOf('{', at)) {
    const end = endOfBraces(text, open)
    choices.set(text.slice(at, open).trim(), text.slice(open + 1, end))
    at = end + 1
  }
  return choices
}

/** Where the brace closes that opens at a place; the end where none does. */
function endOfBraces(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1
    if (text[at] === '}') depth -= 1
    if (depth === 0) return at
  }
  return text.length
}
