/** As Mattermost's clients keep it in the preference recent_emojis/<user id>: the latest last. */
interface Use { readonly name: string, readonly usageCount: number }

export const maximumRecent = 27

export function readRecent(value: string | undefined): readonly Use[] {
  if (!value) return []
  try {
    const told: unknown = JSON.parse(value)
    return Array.isArray(told) ? told.filter((use): use is Use => typeof use?.name === 'string').map(({ name, usageCount }) => ({ name, usageCount: Number(usageCount) || 1 })).slice(-maximumRecent) : []
  } catch {
    return []
  }
}

export function withUse(value: string | undefined, name: string): string {
  const known = readRecent(value)
  const usageCount = (known.find((use) => use.name === name)?.usageCount ?? 0) + 1
  return JSON.stringify([...known.filter((use) => use.name !== name), { name, usageCount }].slice(-maximumRecent))
}

/** The latest first. */
export const namesOf = (value: string | undefined): string[] => readRecent(value).map(({ name }) => name).reverse()
