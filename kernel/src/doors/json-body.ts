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

interface Fault { readonly path: string, readonly reason: string }

function assertShape(value: unknown, field = ''): void {
  const fault = faultOf(value, 0)
  if (!fault) return
  const path = [field, fault.path].filter((part) => part !== '').join('.')
  throw new RookeryError('invalid_input', { field: path.slice(0, 200) || 'input', reason: fault.reason })
}

/** What is wrong in a value, and where. Where nothing is, which is nearly always, no path is put together: a body can have a million values. */
function faultOf(value: unknown, depth: number): Fault | undefined {
  if (typeof value === 'string') return faultOfText(value)
  if (typeof value !== 'object' || value === null) return undefined
  if (depth >= maximumDepth) return { path: '', reason: `it is nested deeper than ${maximumDepth} levels` }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const fault = faultOf(value[index], depth + 1)
      if (fault) return within(String(index), fault)
    }
    return undefined
  }
  for (const name in value) {
    if (name === '__proto__' || faultOfText(name)) return { path: name, reason: 'this name is not allowed' }
    const fault = faultOf((value as Readonly<Record<string, unknown>>)[name], depth + 1)
    if (fault) return within(name, fault)
  }
  return undefined
}

const within = (name: string, { path, reason }: Fault): Fault => ({ path: path === '' ? name : `${name}.${path}`, reason })

function faultOfText(text: string): Fault | undefined {
  if (text.includes('\u0000')) return { path: '', reason: 'it has a NUL character' }
  return text.isWellFormed() ? undefined : { path: '', reason: 'it has half of a character' }
}
