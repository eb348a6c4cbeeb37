import MarkdownIt, { type Token } from 'markdown-it'
import { isSafeAddress } from './addresses.ts'
import { mathsRule } from './maths-rule.ts'

/** A piece of a message and what stands in it. Made of tokens that open and close, so that it can be drawn by recursion. */
export interface Node {
  readonly token: Token
  readonly children: readonly Node[]
}

export interface MarkdownParser {
  /** The same text is parsed once: rows that scroll away and come back cost nothing. */
  parse(text: string): readonly Node[]
}

/** Lists and quotes inside of each other; deeper ones are shown as text. */
const maximumNesting = 40
const rememberedTexts = 500

/** Markdown as Mattermost has it: line breaks stay, no HTML, addresses become links only where they say that they are some. */
export function createMarkdownParser(): MarkdownParser {
  const markdown = new MarkdownIt({ html: false, breaks: true, linkify: true, maxNesting: maximumNesting })
  markdown.validateLink = isSafeAddress
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: true, fuzzyIP: false })
  markdown.linkify.add('www.', {
    validate: (text, position) => /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+(?::\d{1,5})?(?:[/?#][^\s<>"']*[^\s<>"'.,:;!?)\]}])?/u.exec(text.slice(position, position + 2000))?.[0].length ?? 0,
    normalize: (match) => { match.url = `http://${match.url}` },
  })
  markdown.inline.ruler.before('escape', 'maths', mathsRule)
  const known = new Map<string, readonly Node[]>()
  return {
    parse(text) {
      const remembered = known.get(text)
      if (remembered) {
        // The order of a Map is that of insertion: what is used stays.
        known.delete(text)
        known.set(text, remembered)
        return remembered
      }
      const nodes = nest(markdown.parse(text, {}))
      known.set(text, nodes)
      if (known.size > rememberedTexts) known.delete(known.keys().next().value as string)
      return nodes
    },
  }
}

function nest(tokens: readonly Token[]): Node[] {
  const top: Node[] = []
  const open: Node[][] = [top]
  for (const token of tokens) {
    const siblings = open.at(-1) ?? top
    if (token.nesting === -1) {
      if (open.length > 1) open.pop()
    } else {
      const children: Node[] = token.children && token.type === 'inline' ? nest(token.children) : []
      siblings.push({ token, children })
      if (token.nesting === 1) open.push(children)
    }
  }
  return top
}
