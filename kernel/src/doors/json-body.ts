import { RookeryError } from '@rookery/sdk/protocol'

/** Deeper values are refused: nothing that people do needs them, and everything that walks them pays. */
export const maximumDepth = 32

/** Reads JSON text from a stranger: well formed, not too deep, without names that could reach a prototype. */
export function parseJson(bytes: Buffer): unknown {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new RookeryError('not_json', { reason: bytes.length === 0 ? 'it is empty' : 'it is not well formed' })
  }
  assertShape(value)
  return value
}

/** The same where the text is one field of an input that came another way. */
export function parseJsonField(text: string, field: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new RookeryError('invalid_input', { field, reason: 'it is not well formed JSON' })
  }
  assertShape(value, field)
  return value
}

function assertShape(value: unknown, field = ''): void {
  const refuse = (path: string, reason: string): never => {
    throw new RookeryError('invalid_input', { field: path.slice(1, 200) || 'input', reason })
  }
  const waiting: { value: unknown, path: string, depth: number }[] = [{ value, path: field && `.${field}`, depth: 0 }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (typeof next.value === 'string' && next.value.includes('\u0000')) refuse(next.path, 'it has a NUL character')
    if (typeof next.value === 'string' && !next.value.isWellFormed()) refuse(next.path, 'it has half of a character')
    if (typeof next.value !== 'object' || next.value === null) continue
    if (next.depth >= maximumDepth) refuse(next.path, `it is nested deeper than ${maximumDepth} levels`)
    for (const [key, child] of Object.entries(next.value)) {
      const path = `${next.path}.${key}`
      if (key === '__proto__' || key.includes('\u0000') || !key.isWellFormed()) refuse(path, 'this name is not allowed')
      waiting.push({ value: child, path, depth: next.depth + 1 })
    }
  }
}
