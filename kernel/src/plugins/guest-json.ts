/** Deeper nesting than any honest value has; recursive code in the kernel stays far from its stack's end. */
const maximumDepth = 100

const quote = 0x22
const backslash = 0x5c

/** Text that came from a plugin's host. Throws where it is not JSON, nested too deeply, or has what doors refuse from strangers too. */
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
  // Half characters and NUL come only as escapes; names may be hidden in them.
  if (text.includes('\\u') || text.includes('__proto__')) assertPlain(value)
  return value
}

/** What no database keeps and no name should be. */
function assertPlain(value: unknown): void {
  const refuse = (): never => { throw new SyntaxError('the value has a NUL, half of a character or a name that is not allowed') }
  const waiting: unknown[] = [value]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string' && (next.includes('\0') || !next.isWellFormed())) refuse()
    if (typeof next !== 'object' || next === null) continue
    for (const [name, child] of Object.entries(next)) {
      if (name === '__proto__' || name.includes('\0') || !name.isWellFormed()) refuse()
      waiting.push(child)
    }
  }
}
