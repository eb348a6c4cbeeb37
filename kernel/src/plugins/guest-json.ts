import { RookeryError } from '@rookery/sdk/protocol'

/** Deeper nesting than any honest value has; recursive code in the kernel stays far from its stack's end. */
const maximumDepth = 100

const quote = 0x22
const backslash = 0x5c

/** Text that came from a plugin's host. Throws where it is not JSON, nested too deeply, or names what reaches a prototype. */
export function parseGuestJson(text: string): unknown {
  let depth = 0
  let isString = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (isString) {
      if (code === backslash) at += 1
      else if (code === quote) isString = false
    } else if (code === quote) {
      isString = true
    } else if (code === 0x5b || code === 0x7b) {
      depth += 1
      if (depth > maximumDepth) throw new SyntaxError('the value is nested too deeply')
    } else if (code === 0x5d || code === 0x7d) {
      depth -= 1
    }
  }
  const value: unknown = JSON.parse(text)
  // The name may be hidden in escapes.
  if (text.includes('__proto__') || text.includes('\\u')) assertEach(value, (name) => name !== '__proto__', () => true)
  return value
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
