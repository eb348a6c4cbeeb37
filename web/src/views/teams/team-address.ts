/** The team's part of addresses, from its name: '' where no letter of ASCII is left. */
export const addressOf = (displayName: string): string => displayName.normalize('NFKD').toLowerCase()
  .replaceAll('ß', 'ss').replaceAll('æ', 'ae').replaceAll('ø', 'o').replaceAll('ł', 'l')
  .replace(/\p{M}+/gu, '').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40).replace(/-+$/, '')

/** What is suggested: two characters at least, and something that nobody else has where the name gives nothing. */
export function suggestAddress(displayName: string, chance: string): string {
  const address = addressOf(displayName)
  return address.length >= 2 ? address : displayName.trim() ? `team-${chance}` : ''
}
