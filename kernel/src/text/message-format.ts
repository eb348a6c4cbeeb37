import { LRUCache } from 'lru-cache'

/**
 * Sentences in the form that translators know from ICU: `{name}`, `{count, number}`, `{count, plural, =0 {none} one {one}
 * other {# of them}}`, `selectordinal`, `select`; apostrophes quote braces. Strangers write them, so all of it is bounded.
 */
export interface Messages {
  /** Throws a MessageError where a sentence is none. */
  assert(text: string): void
  format(text: string, values: MessageValues, locale: string): string
}

export type MessageValues = Readonly<Record<string, string | number | boolean>>

/** What is wrong with a sentence, in words for its author. */
export class MessageError extends Error {
  override readonly name = 'MessageError'
}

type Node = string | { readonly kind: 'count' } | { readonly kind: 'plain', readonly name: string } | { readonly kind: 'number', readonly name: string } | Plural | Select
interface Plural { readonly kind: 'plural' | 'selectordinal', readonly name: string, readonly offset: number, readonly cases: Cases }
interface Select { readonly kind: 'select', readonly name: string, readonly cases: Cases }
type Cases = ReadonlyMap<string, readonly Node[]>

const maximumDepth = 8
const maximumLength = 65_535
const namePattern = /^[a-zA-Z][a-zA-Z0-9_.-]{0,63}$/

export function createMessages(): Messages {
  const parsed = new LRUCache<string, readonly Node[]>({ max: 5000 })
  const rules = new LRUCache<string, Intl.PluralRules>({ max: 200 })
  const numbers = new LRUCache<string, Intl.NumberFormat>({ max: 200 })
  const parse = (text: string): readonly Node[] => {
    let nodes = parsed.get(text)
    if (!nodes) parsed.set(text, nodes = parseMessage(text))
    return nodes
  }
  const ruleOf = (locale: string, type: 'cardinal' | 'ordinal'): Intl.PluralRules => {
    const key = `${type} ${locale}`
    let rule = rules.get(key)
    if (!rule) rules.set(key, rule = new Intl.PluralRules(locale, { type }))
    return rule
  }
  const showNumber = (value: number, locale: string): string => {
    let format = numbers.get(locale)
    if (!format) numbers.set(locale, format = new Intl.NumberFormat(locale))
    return format.format(value)
  }

  const caseOf = ({ kind, name, cases, ...rest }: Plural | Select, values: MessageValues, locale: string): { nodes: readonly Node[], count: number } => {
    const value = valueOf(values, name)
    const other = cases.get('other') ?? []
    if (kind === 'select') return { nodes: cases.get(String(value)) ?? other, count: 0 }
    const count = Number(value)
    const left = count - (rest as { offset: number }).offset
    const nodes = cases.get(`=${count}`) ?? (Number.isFinite(left) ? cases.get(ruleOf(locale, kind === 'plural' ? 'cardinal' : 'ordinal').select(left)) : undefined) ?? other
    return { nodes, count: left }
  }

  const write = (nodes: readonly Node[], values: MessageValues, locale: string, present: number | undefined): string => {
    let text = ''
    for (const node of nodes) {
      if (text.length > maximumLength) break
      if (typeof node === 'string') text += node
      else if (node.kind === 'count') text += present === undefined ? '#' : showNumber(present, locale)
      else if (node.kind === 'plain') text += String(valueOf(values, node.name))
      else if (node.kind === 'number') text += showNumber(Number(valueOf(values, node.name)), locale)
      else {
        const { nodes: chosen, count } = caseOf(node, values, locale)
        text += write(chosen, values, locale, node.kind === 'select' ? present : count)
      }
    }
    return text
  }

  return {
    assert(text) { parse(text) },
    format: (text, values, locale) => write(parse(text), values, locale, undefined).slice(0, maximumLength),
  }
}

/** What nobody gave shows as its name: a sentence with a gap says more than none. */
const valueOf = (values: MessageValues, name: string): string | number | boolean => (Object.hasOwn(values, name) ? values[name] as string : `{${name}}`)

function parseMessage(text: string): readonly Node[] {
  let at = 0
  const fail = (reason: string): never => { throw new MessageError(`${reason} at character ${at + 1}`) }
  const skip = (): void => { while (/\s/.test(text[at] ?? '')) at += 1 }
  const expect = (character: string): void => {
    skip()
    if (text[at] !== character) fail(`it lacks ${character}`)
    at += 1
  }
  const word = (): string => {
    skip()
    const [found = ''] = /^[^\s{},']+/.exec(text.slice(at, at + 80)) ?? []
    at += found.length
    return found
  }

  const readCases = (depth: number, hasCount: boolean): Cases => {
    const cases = new Map<string, readonly Node[]>()
    for (skip(); text[at] !== '}'; skip()) {
      const name = word()
      if (name === '' || cases.has(name)) fail('a case has no name, or is there twice')
      expect('{')
      cases.set(name, readNodes(depth + 1, hasCount))
      expect('}')
    }
    if (!cases.has('other')) fail('it lacks the case other')
    return cases
  }

  const readArgument = (depth: number, hasCount: boolean): Node => {
    const name = word()
    if (!namePattern.test(name)) fail('an argument has no name')
    skip()
    if (text[at] === '}') return { kind: 'plain', name }
    expect(',')
    const kind = word()
    if (kind === 'number') return { kind, name }
    if (kind !== 'plural' && kind !== 'selectordinal' && kind !== 'select') return fail(`${kind.slice(0, 40)} is not known here`)
    expect(',')
    if (kind === 'select') return { kind, name, cases: readCases(depth, hasCount) }
    skip()
    const [whole = '', offset = '0'] = /^offset:\s*(\d{1,9})/.exec(text.slice(at, at + 40)) ?? []
    at += whole.length
    return { kind, name, offset: Number(offset), cases: readCases(depth, true) }
  }

  /** Up to the brace that closes what it stands in, or the end. `hasCount`: # stands for a number. */
  const readNodes = (depth: number, hasCount: boolean): Node[] => {
    if (depth > maximumDepth) fail('it is nested too deep')
    const nodes: Node[] = []
    let plain = ''
    const flush = (): void => {
      if (plain !== '') nodes.push(plain)
      plain = ''
    }
    while (at < text.length && text[at] !== '}') {
      const character = text[at] as string
      at += 1
      if (character === "'") {
        const next = text[at] ?? ''
        if (next === "'") { plain += "'"; at += 1 } else if (next === '{' || next === '}' || (next === '#' && hasCount)) plain += readQuoted()
        else plain += "'"
      } else if (character === '{') {
        flush()
        nodes.push(readArgument(depth, hasCount))
        expect('}')
      } else if (character === '#' && hasCount) {
        flush()
        nodes.push({ kind: 'count' })
      } else plain += character
    }
    flush()
    return nodes
  }

  /** Up to the next apostrophe that stands alone. */
  const readQuoted = (): string => {
    let quoted = ''
    for (; at < text.length; at += 1) {
      if (text[at] !== "'") quoted += text[at]
      else if (text[at + 1] === "'") { quoted += "'"; at += 1 } else { at += 1; break }
    }
    return quoted
  }

  const nodes = readNodes(0, false)
  if (at < text.length) fail('it has } without {')
  return nodes
}
