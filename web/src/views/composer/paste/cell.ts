/** What of a node matters here. */
export interface CellNode {
  /** As HTML names elements, in capitals; `#text` for text. */
  readonly nodeName: string
  readonly nodeValue: string | null
  readonly childNodes: Iterable<CellNode>
  getAttribute?(name: string): string | null
}

/** Signs that mean something in markdown where they stand: within a word, between blanks or before a letter some do not. */
const meaningful = /\\(?=[!-/:-@[-`{-~]|$)|[|`]|(?<!\s)\*|\*(?!\s)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|~(?=~)|(?<=~)~|\](?=\()/gu
const address = /(\bhttps?:\/\/[^\s<>"']+)/

/** What was copied says in markdown what it said. Addresses are no markdown. */
const escaped = (text: string): string => text.split(address).map((part, place) => (place % 2 === 1 ? part.replaceAll('|', '%7C') : part.replace(meaningful, String.raw`\$&`))).join('')
/** A row of a table is one line. */
const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

export const cellOfText = (text: string): string => escaped(inOneLine(text))

const blocks: ReadonlySet<string> = new Set(['ADDRESS', 'BLOCKQUOTE', 'DIV', 'DD', 'DT', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'LI', 'OL', 'P', 'UL'])
const linked: readonly (string | undefined)[] = ['http:', 'https:', 'mailto:']

function linkTo(href: string, words: string): string {
  if (inOneLine(words) === '' || !linked.includes(URL.parse(href)?.protocol)) return words
  const target = href.replace(/[\s()<>\\|]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)
  // An address links itself.
  if (inOneLine(words).replace(/\/$/, '') === target.replace(/\/$/, '')) return target
  return `[${inOneLine(words).replace(/(?<!\\)[[\]]/g, String.raw`\$&`)}](${target})`
}

/** What stands in a cell of a page, with its links. Lines and paragraphs follow each other in one line. */
export const cellOfNode = (cell: CellNode): string => inOneLine([...cell.childNodes].map(wordsOf).join(''))

function wordsOf(node: CellNode): string {
  if (node.nodeName === '#text') return escaped((node.nodeValue ?? '').replace(/\s+/g, ' '))
  if (node.nodeName === 'BR') return ' '
  if (node.nodeName === 'IMG') return escaped(node.getAttribute?.('alt') ?? '')
  const words = [...node.childNodes].map(wordsOf).join('')
  if (node.nodeName === 'A') return linkTo(node.getAttribute?.('href') ?? '', words)
  return blocks.has(node.nodeName) ? ` ${words} ` : words
}
