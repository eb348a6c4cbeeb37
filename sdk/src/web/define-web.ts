import { createFramePart, type FramePart } from './frame-part.ts'
import { frameProtocolVersion, type FrameGreeting, type FromFrame, type ToFrame } from './frame-protocol.ts'
import type { WebContext, WebPart } from './web-part.ts'

/** Draws a part into its place, once. */
export type DrawWebPart = (root: HTMLElement, part: WebPart) => void | Promise<void>

/**
 * The one call of `web/index.ts`: how each view of the plugin is drawn, by the names that `plugin.webPart` gave them. Each
 * showing has a frame of its own, in which one of them is drawn; it is gone with the frame.
 */
export function defineWeb(views: Readonly<Record<string, DrawWebPart>>): void {
  const greet = (event: MessageEvent): void => {
    const greeting = event.data as Partial<FrameGreeting> | null
    const [port] = event.ports
    if (event.source !== window.parent || greeting?.rookery !== 'port' || greeting.version !== frameProtocolVersion || !port) return
    window.removeEventListener('message', greet)
    speak(port, views)
  }
  window.addEventListener('message', greet)
}

function speak(port: MessagePort, views: Readonly<Record<string, DrawWebPart>>): void {
  const send = (message: FromFrame): void => { port.postMessage(message) }
  const fail = (error: unknown): void => { send({ kind: 'failed', message: (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 500) }) }
  window.addEventListener('keydown', (event) => { if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) send({ kind: 'leave' }) })
  let part: FramePart | undefined
  port.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    if (data.kind === 'ping') {
      send({ kind: 'pong' })
      return
    }
    if (data.kind !== 'begin') {
      part?.hear(data)
      return
    }
    const begun = part = createFramePart(data, send)
    applyContext(begun.context)
    begun.onContext(applyContext)
    const draw = Object.hasOwn(views, data.part) ? views[data.part] : undefined
    if (!draw) {
      fail(new Error(`web/index.ts draws nothing with the name ${data.part}`))
      return
    }
    const root = document.createElement('main')
    document.body.append(root)
    measure(root, begun, send)
    Promise.resolve().then(() => draw(root, begun)).then(() => { send({ kind: 'ready' }) }, fail)
  }
}

/** Tells the page how high it is, as long as the part does not say so itself. */
function measure(root: HTMLElement, part: FramePart, send: (message: FromFrame) => void): void {
  let told = 0
  new ResizeObserver(() => {
    const height = Math.ceil(root.getBoundingClientRect().height)
    if (part.isSized || height === told || height === 0) return
    told = height
    send({ kind: 'size', height })
  }).observe(root)
}

/** Looks like the page around it: its tokens are custom properties here too, with a few rules that use them. */
function applyContext({ tokens, locale, direction, theme }: WebContext): void {
  const { documentElement: element } = document
  element.lang = locale
  element.dir = direction
  element.dataset['theme'] = theme
  element.style.colorScheme = theme
  for (const [name, value] of Object.entries(tokens)) element.style.setProperty(`--${name}`, value)
  if (document.querySelector('style[data-rookery]')) return
  const style = document.createElement('style')
  style.dataset['rookery'] = ''
  style.textContent = baseStyle
  document.head.append(style)
}

const baseStyle = `
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; background: transparent; color: var(--text); font: var(--weight-normal, 400) var(--size-text, 0.875rem)/1.5 var(--font, system-ui, sans-serif); overflow-wrap: anywhere; }
main { display: flow-root; }
h1, h2, h3, p, ul, ol { margin: 0 0 0.5rem; }
h1, h2, h3 { font-size: var(--size-large, 1rem); font-weight: var(--weight-strong, 600); }
a { color: var(--text-link); }
button, input, select, textarea { font: inherit; color: inherit; }
button { min-block-size: 2rem; padding-inline: 0.75rem; border: 1px solid var(--line-strong); border-radius: var(--radius, 6px); background: var(--surface); cursor: pointer; }
button:hover { background: var(--surface-hover); }
input, select, textarea { min-block-size: 2rem; padding-inline: 0.5rem; border: 1px solid var(--line-strong); border-radius: var(--radius, 6px); background: var(--surface); }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
@media (max-width: 30rem) { button, input, select { min-block-size: 2.75rem; } }
`
