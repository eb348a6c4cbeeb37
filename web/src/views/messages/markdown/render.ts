import { h, type VNode, type VNodeArrayChildren } from 'vue'
import { isSafeAddress } from './addresses.ts'
import type { Node } from './parser.ts'
import { wordsOf } from './words.ts'

/** What the renderer does not know itself: how names, emoji, code, formulas and pictures are drawn. */
export interface MarkdownParts {
  mention(name: string, text: string): VNode | string
  channel(name: string, text: string): VNode | string
  hashtag(text: string): VNode | string
  emoji(name: string, text: string): VNode | string
  code(text: string, language: string): VNode
  maths(formula: string, isBlock: boolean): VNode
  /** `isAlone`: nothing else stands in its paragraph. */
  image(address: string, description: string, isAlone: boolean): VNode
  link(address: string, children: VNodeArrayChildren): VNode
  task(isDone: boolean): VNode
  readonly tableLabel: string
}

/** What may be drawn of each token; a token that is not here is drawn as its text. */
const plainTags: Readonly<Record<string, string>> = {
  paragraph_open: 'p', blockquote_open: 'blockquote', bullet_list_open: 'ul', thead_open: 'thead', tbody_open: 'tbody', tr_open: 'tr',
  strong_open: 'strong', em_open: 'em', s_open: 's',
}
/** What holds lines itself goes as its first letters go; what holds other blocks goes as the page. */
const directed = new Set(['p'])

/** From what the parser found to what is drawn. No text of the message ever becomes a tag, an attribute's name or a script. */
export function renderMarkdown(nodes: readonly Node[], parts: MarkdownParts): VNodeArrayChildren {
  return renderAll(nodes, parts, false)
}

const renderAll = (nodes: readonly Node[], parts: MarkdownParts, isInLink: boolean): VNodeArrayChildren => nodes.flatMap((node) => renderNode(node, parts, isInLink))

function renderNode(node: Node, parts: MarkdownParts, isInLink: boolean): VNodeArrayChildren {
  const { token } = node
  const children = (): VNodeArrayChildren => renderAll(node.children, parts, isInLink)
  const plain = plainTags[token.type]
  if (plain) return token.hidden ? children() : [h(plain, directed.has(plain) ? { dir: 'auto' } : null, children())]
  switch (token.type) {
    case 'inline': return node.children.every(isPictureOrBlank) ? node.children.flatMap((child) => (child.token.type === 'image' ? renderImage(child, parts, true) : [])) : children()
    case 'text': return isInLink ? [token.content] : renderWords(token.content, parts)
    case 'softbreak': case 'hardbreak': return [h('br')]
    // A page has one outline, and messages are not part of it: all their headings stand on one level of it.
    case 'heading_open': return [h('h2', { class: `heading size-${Number(token.tag.slice(1)) || 6}`, dir: 'auto' }, children())]
    case 'ordered_list_open': return [h('ol', { start: Number(token.attrGet('start') ?? 1) }, children())]
    case 'list_item_open': return [renderItem(node, parts, isInLink)]
    case 'hr': return [h('hr')]
    case 'code_inline': return [h('code', { dir: 'auto' }, token.content)]
    case 'code_block': return [parts.code(token.content, '')]
    case 'fence': return [renderFence(token.content, token.info.trim().split(/\s/, 1)[0] ?? '', parts)]
    case 'maths': return [parts.maths(token.content, false)]
    case 'table_open': return [h('div', { class: 'table', role: 'group', 'aria-label': parts.tableLabel, tabindex: 0 }, [h('table', children())])]
    case 'th_open': case 'td_open': return [h(token.tag === 'th' ? 'th' : 'td', { class: alignment(attributeOf(node, 'style')), dir: 'auto' }, children())]
    case 'link_open': return renderLink(node, parts, isInLink)
    case 'image': return renderImage(node, parts, false)
    default: return [token.content]
  }
}

const isPictureOrBlank = ({ token }: Node): boolean => token.type === 'image' || token.type === 'softbreak' || (token.type === 'text' && token.content.trim() === '')

function renderImage(node: Node, parts: MarkdownParts, isAlone: boolean): VNodeArrayChildren {
  const address = attributeOf(node, 'src')
  return /^https?:\/\//i.test(address) && isSafeAddress(address) ? [parts.image(address, textOf(node), isAlone)] : [textOf(node)]
}

function renderWords(text: string, parts: MarkdownParts): VNodeArrayChildren {
  return wordsOf(text).map((word) => {
    switch (word.kind) {
      case 'mention': return parts.mention(word.name, word.text)
      case 'channel': return parts.channel(word.name, word.text)
      case 'hashtag': return parts.hashtag(word.text)
      case 'emoji': return parts.emoji(word.name, word.text)
      case 'text': return word.text
    }
  })
}

const taskMark = /^\[([ xX])\]\s+/

function renderItem(node: Node, parts: MarkdownParts, isInLink: boolean): VNode {
  // An item of a tight list begins with a hidden paragraph that holds its line.
  const line = node.children[0]?.children[0]
  const first = line?.token.type === 'inline' ? line.children[0] : undefined
  const mark = first?.token.type === 'text' ? taskMark.exec(first.token.content) : null
  if (!line || !first || !mark) return h('li', { dir: 'auto' }, renderAll(node.children, parts, isInLink))
  const words = renderWords(first.token.content.slice(mark[0].length), parts)
  return h('li', { class: 'task', dir: 'auto' }, [parts.task(mark[1] !== ' '), ...words, ...renderAll(line.children.slice(1), parts, isInLink), ...renderAll(node.children.slice(1), parts, isInLink)])
}

function renderFence(text: string, language: string, parts: MarkdownParts): VNode {
  return /^(?:latex|tex|math)$/i.test(language) ? parts.maths(text, true) : parts.code(text, language)
}

function renderLink(node: Node, parts: MarkdownParts, isInLink: boolean): VNodeArrayChildren {
  const address = attributeOf(node, 'href')
  const children = renderAll(node.children, parts, true)
  return !isInLink && isSafeAddress(address) ? [parts.link(address, children)] : children
}

const attributeOf = (node: Node, name: string): string => String(node.token.attrGet(name) ?? '')

const textOf = (node: Node): string => (node.token.children ?? []).map(({ content }) => content).join('') || node.token.content

const alignment = (style: string): string | undefined => (style.endsWith('center') ? 'centred' : style.endsWith('right') ? 'at-end' : undefined)
