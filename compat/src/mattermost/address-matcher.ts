/** Finds which of many address templates such as `/users/{user_id}/image` an address belongs to. */
export interface AddressMatcher<Entry> {
  match(method: string, address: string): AddressMatch<Entry> | undefined
}

export interface AddressMatch<Entry> {
  readonly entry: Entry
  /** What stands in the address where the template has braces, decoded. */
  readonly params: Readonly<Record<string, string>>
}

interface Branch<Entry> {
  readonly literals: Map<string, Branch<Entry>>
  parameter: Branch<Entry> | undefined
  readonly entries: Map<string, Entry>
}

const branch = <Entry>(): Branch<Entry> => ({ literals: new Map(), parameter: undefined, entries: new Map() })

const segmentsOf = (address: string): string[] => address.split('/').filter((segment) => segment !== '')

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function find<Entry>(from: Branch<Entry>, segments: readonly string[], method: string): Entry | undefined {
  const [first, ...rest] = segments
  if (first === undefined) return from.entries.get(method)
  // A literal wins over a parameter, but only if the rest of the address fits there too.
  const literal = from.literals.get(first)
  const found = literal && find(literal, rest, method)
  if (found !== undefined) return found
  return from.parameter && find(from.parameter, rest, method)
}

export function createAddressMatcher<Entry extends { readonly method: string, readonly path: string }>(entries: Iterable<Entry>): AddressMatcher<Entry> {
  const root = branch<Entry>()
  for (const entry of entries) {
    const end = segmentsOf(entry.path).reduce((at, segment) => {
      if (segment.startsWith('{')) {
        at.parameter ??= branch<Entry>()
        return at.parameter
      }
      const next = at.literals.get(segment) ?? branch<Entry>()
      at.literals.set(segment, next)
      return next
    }, root)
    end.entries.set(entry.method, entry)
  }
  return {
    match(method, address) {
      const segments = segmentsOf(address.split(/[?#]/, 1)[0] ?? '').map(decoded)
      const entry = find(root, segments, method.toUpperCase())
      if (entry === undefined) return undefined
      const params: Record<string, string> = {}
      for (const [index, name] of segmentsOf(entry.path).entries()) {
        if (name.startsWith('{')) params[name.slice(1, -1)] = segments[index] ?? ''
      }
      return { entry, params }
    },
  }
}
