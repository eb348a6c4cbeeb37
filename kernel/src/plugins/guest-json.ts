import { RookeryError } from '@rookery/sdk/protocol'

/** Deeper nesting than any honest value has; recursive code in the kernel stays far from its stack's end. */
const maximumDepth = 100

const quote = 0x22
const backslash = 0x5c

/** Text that came from a plugin's host. Throws where it is not JSON, nested too deeply, or names what reaches a prototype. */
export function parseGuestJson(text: string): unknown {
  // Large texts are mostly strings: walking through each character of megabytes would hold everybody up.
  if (hasMore(text, '[', '{', maximumDepth)) assertShallow(text)
  const value: unknown = JSON.parse(text)
  // The name may be hidden in escapes.
  if (text.includes('__proto__') || text.includes('\\u')) assertEach(value, (name) => name !== '__proto__', () => true)
  return value
}

/** Whether there are more of both than so many. */
function hasMore(text: string, one: string, other: string, most: number): boolean {
  let count = 0
  for (const sign of [one, other]) {
    for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) {
      count += 1
      if (count > most) return true
    }
  }
  return false
}

function assertShallow(text: string): void {
  const hasEscapes = text.includes('\\')
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) at = hasEscapes ? endOfString(text, at) : Math.max(at, text.indexOf('"', at + 1))
    else if (code === 0x5b || code === 0x7b) {
      depth += 1
      if (depth > maximumDepth) throw new SyntaxError('the value is nested too deeply')
    } else if (code === 0x5d || code === 0x7d) {
      depth -= 1
    }
  }
}

/** Where the string that begins here ends; the end of the text where it does not. */
function endOfString(text: string, from: number): number {
  let at = from + 1
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === backslash) at += 1
    else if (code === quote) break
  }
  return at
}

/** Throws `invalid_input` for what doors refuse from strangers too, because no database keeps it. */
export function assertStorable(value: unknown): void {
  const isStorable = (part: string): boolean => !part.includes('\0') && part.isWellFormed()
  try {
    assertEach(value, isStorable, isStorable)
  } catch {
    throw new RookeryError('invalid_input', { field: 'input', reason: 'it has a NUL or half of a character' })
  }
}

function assertEach(value: unknown, isName: (name: string) => boolean, isText: (text: string) => boolean): void {
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next === 'string' && !isText(next)) throw new SyntaxError('a text is not allowed')
    if (typeof next !== 'object' || next === null) continue
    for (const [name, child] of Object.entries(next)) {
      if (!isName(name)) throw new SyntaxError('a name is not allowed')
      waiting.push(child)
    }
  }
}
