import { deepEqual, equal, ok } from 'node:assert/strict'
import fastCheck from 'fast-check'
import { h, isVNode, type VNode, type VNodeArrayChildren } from 'vue'
import { isSafeAddress, ownPlace } from '../../src/views/messages/markdown/addresses.ts'
import { createMarkdownParser } from '../../src/views/messages/markdown/parser.ts'
import { renderMarkdown, type MarkdownParts } from '../../src/views/messages/markdown/render.ts'
import { isOnlyEmoji, namesOf, wordsOf } from '../../src/views/messages/markdown/words.ts'
import { hostileTexts, slowTexts, strangeTexts } from './hostile-texts.ts'

const parts: MarkdownParts = {
  mention: (name, text) => (name === 'ada' ? h('span', { class: 'mention' }, text) : text),
  channel: (name, text) => (name === 'town-square' ? h('a', { href: '/engines/channels/town-square' }, text) : text),
  hashtag: (text) => h('bdi', text),
  emoji: (_name, text) => h('span', { class: 'emoji' }, text),
  code: (text, language) => h('pre', { title: language }, text),
  maths: (formula) => h('code', { class: 'maths' }, formula),
  image: (address, description) => h('img', { src: address, alt: description }),
  link: (address, children) => h('a', { href: address, rel: 'noopener noreferrer nofollow' }, children),
  task: (isDone) => h('span', { class: isDone ? 'done' : 'open' }),
  tableLabel: 'Table',
}
const parser = createMarkdownParser()
const draw = (text: string): VNodeArrayChildren => renderMarkdown(parser.parse(text), parts)

const allowedTags = new Set(['p', 'blockquote', 'ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'strong', 'em', 's', 'br', 'hr', 'h2', 'code', 'pre', 'a', 'img', 'span', 'div', 'bdi'])
const allowedProperties = new Set(['class', 'dir', 'href', 'rel', 'src', 'alt', 'title', 'start', 'role', 'aria-label', 'tabindex', 'key'])

function everyNode(children: VNodeArrayChildren, look: (node: VNode) => void): void {
  for (const child of children) {
    if (Array.isArray(child)) everyNode(child, look)
    else if (isVNode(child)) {
      look(child)
      if (Array.isArray(child.children)) everyNode(child.children, look)
    }
  }
}
/** Fails where anything is drawn that a browser could run, load or style. */
function assertHarmless(text: string): void {
  everyNode(draw(text), (node) => {
    ok(typeof node.type === 'string' && allowedTags.has(node.type), `${text} draws a <${String(node.type)}>`)
    for (const [name, value] of Object.entries(node.props ?? {})) {
      ok(allowedProperties.has(name), `${text} sets ${name}`)
      if (name === 'href') ok(/^(?:https?:\/\/[^/]|mailto:[^\s/]|\/[a-z0-9][a-z0-9_-]*\/(?:pl|channels|messages)\/)/i.test(String(value)), `${text} links to ${String(value)}`)
      if (name === 'src') ok(/^https?:\/\/[^/]/i.test(String(value)), `${text} loads ${String(value)}`)
    }
  })
}
/** As HTML, to compare with; only of what these tests write. */
const html = (children: VNodeArrayChildren): string => children.map((child) => (!isVNode(child) ? (Array.isArray(child) ? html(child) : String(child ?? ''))
  : `<${String(child.type)}${['class', 'href', 'src', 'alt', 'start', 'title'].map((name) => (child.props?.[name] ? ` ${name}="${String(child.props[name])}"` : '')).join('')}>${Array.isArray(child.children) ? html(child.children) : String(child.children ?? '')}</${String(child.type)}>`)).join('')

describe('markdown of messages', () => {
  it('draws what Mattermost draws', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['a\nb', '<p>a<br></br>b</p>'],
      ['**b** *i* ~~s~~ `c`', '<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>'],
      ['# One\n### Three', '<h2 class="heading size-1">One</h2><h2 class="heading size-3">Three</h2>'],
      ['#tag is no heading', '<p><bdi>#tag</bdi> is no heading</p>'],
      ['- a\n- b\n  1. c', '<ul><li>a</li><li>b<ol start="1"><li>c</li></ol></li></ul>'],
      ['7. seven', '<ol start="7"><li>seven</li></ol>'],
      ['- [ ] open\n- [x] **done**', '<ul><li class="task"><span class="open"></span>open</li><li class="task"><span class="done"></span><strong>done</strong></li></ul>'],
      ['> quote\n> more', '<blockquote><p>quote<br></br>more</p></blockquote>'],
      ['|a|b|\n|-|-:|\n|1|2|', '<div class="table"><table><thead><tr><th>a</th><th class="at-end">b</th></tr></thead><tbody><tr><td>1</td><td class="at-end">2</td></tr></tbody></table></div>'],
      ['```ts\nlet a\n```', '<pre title="ts">let a\n</pre>'],
      ['```latex\nx^2\n```', '<code class="maths">x^2\n</code>'],
      ['$e = mc^2$ but $5 and $6', '<p><code class="maths">e = mc^2</code> but $5 and $6</p>'],
      ['<b>x</b>', '<p><b>x</b></p>'],
      ['[x](https://a.b) www.a.b, a@b.cd', '<p><a href="https://a.b">x</a> <a href="http://www.a.b">www.a.b</a>, <a href="mailto:a@b.cd">a@b.cd</a></p>'],
      ['![cat](https://a.b/c.png)', '<p><img src="https://a.b/c.png" alt="cat"></img></p>'],
      ['@ada: see ~town-square :+1: and @nobody', '<p><span class="mention">@ada</span>: see <a href="/engines/channels/town-square">~town-square</a> <span class="emoji">:+1:</span> and @nobody</p>'],
      ['`@ada :wave:` [#x @ada](https://a.b)', '<p><code>@ada :wave:</code> <a href="https://a.b">#x @ada</a></p>'],
    ]
    deepEqual(cases.map(([text]) => html(draw(text))), cases.map(([, expected]) => expected))
  })

  it('finds names at the ends of sentences, in brackets and in scripts without spaces, but not in addresses', () => {
    const found = (text: string): string[] => wordsOf(text).filter(({ kind }) => kind !== 'text').map(({ text: word }) => word)
    deepEqual(found('(@ada) @bob. 你好@eve，_@x a@b.cd a/~b ~c #1 #a #ab c#d http#e ::a:: :+1:'), ['@ada', '@bob.', '@eve', '@x', '~c', '#ab', ':a:', ':+1:'])
    deepEqual(namesOf('Bob._'), ['bob._', 'bob.', 'bob'])
    deepEqual(['👋', '👋🏽 👨‍👩‍👧', ':wave: :+1:', '👋 hi', '', '1', '👋'.repeat(13)].map(isOnlyEmoji), [true, true, true, false, false, false, false])
  })

  it('links to the web, to mailboxes and within this server', () => {
    const post = 'a'.repeat(26)
    deepEqual(['https://a', 'HTTP://a.b', 'mailto:a@b', `/engines/pl/${post}`, '/engines/channels/x', '/engines/messages/@ada', `/_redirect/pl/${post}`].map(isSafeAddress), Array.from({ length: 7 }, () => true))
    const led = (address: string): string | undefined => ownPlace(address, 'https://chat.example', 'mills')
    // What names no team opens in the one on the screen.
    deepEqual([`https://chat.example/engines/pl/${post}`, `https://chat.example/_redirect/pl/${post}`].map(led), [`/engines/pl/${post}`, `/mills/pl/${post}`])
    deepEqual(['https://chat.example.evil/engines/channels/x', 'https://chat.example/api/v1/x', '//evil/channels/x', '/api/v4/users/me', '/_redirect/channels/x', '/_redirect/pl/x'].map(led), Array.from({ length: 6 }, () => undefined))
  })

  it('never draws what a browser would run', () => {
    ok(hostileTexts.length > 1000)
    for (const text of [...hostileTexts, ...strangeTexts]) assertHarmless(text)
    const pieces = fastCheck.constantFrom('[', ']', '(', ')', '<', '>', '!', '*', '_', '`', '```\n', '$', '|', '\n', ' ', '-', '#', '@', ':', '~', '"', '\'', '&', ';', '\\', '\u0000', 'javascript:', 'data:', 'https://a.b', 'x', 'onerror=', '&#58;', '\u202e', '👋')
    fastCheck.assert(fastCheck.property(fastCheck.array(pieces, { maxLength: 60 }), (text) => { assertHarmless(text.join('')) }), { numRuns: 3000 })
  })

  it('takes time in proportion to the length, whatever is written', () => {
    // Of the processor, which tests share with others.
    const times = slowTexts.map((text) => {
      const from = process.cpuUsage()
      draw(text)
      const { user, system } = process.cpuUsage(from)
      return (user + system) / 1000
    })
    const slowest = times.indexOf(Math.max(...times))
    // 50 ms; what is quadratic takes minutes.
    ok(Math.max(...times) < 5000, `${JSON.stringify(slowTexts[slowest]?.slice(0, 10))} takes ${times[slowest]} ms`)
  })

  it('parses a text once as long as it is remembered', () => {
    const first = parser.parse('remember **me**')
    equal(parser.parse('remember **me**'), first)
    for (let place = 0; place < 600; place += 1) parser.parse(`other ${place}`)
    ok(parser.parse('remember **me**') !== first)
  })
})
