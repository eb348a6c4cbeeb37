/** Copies the named fields of a value and nothing else; a name may lead below the top with dots. */
export function pick(value: unknown, needs: readonly string[]): Record<string, unknown> {
  const picked: Record<string, unknown> = {}
  for (const name of needs) copy(value, picked, name.split('.'))
  return picked
}

function copy(from: unknown, to: Record<string, unknown>, [name = '', ...rest]: readonly string[]): void {
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, name)) return
  const value = (from as Record<string, unknown>)[name]
  if (rest.length === 0) { to[name] = value; return }
  if (typeof value !== 'object' || value === null) { to[name] = value; return }
  const below = Object.hasOwn(to, name) ? to[name] as Record<string, unknown> : {}
  to[name] = below
  copy(value, below, rest)
}
