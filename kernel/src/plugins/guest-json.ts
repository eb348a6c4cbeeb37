/** Deeper nesting than any honest value has; recursive code in the kernel stays far from its stack's end. */
const maximumDepth = 100

const quote = 0x22
const backslash = 0x5c

/** Text that came from a plugin's host. Throws where it is not JSON or nested too deeply. */
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
  return JSON.parse(text)
}
