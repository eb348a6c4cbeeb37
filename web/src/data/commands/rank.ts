/** How well words match what somebody types; the better the higher, 0 where they do not. */

/** Marks over letters, forms of one Arabic letter, and half or full width make no difference to who searches. */
export function foldText(text: string): string {
  return text.normalize('NFKD').replace(/[\p{Mn}\u0640]/gu, '').toLowerCase()
    .replace(/[أإآٱ]/g, 'ا').replace(/ى/g, 'ي').replace(/ة/g, 'ه').replace(/ß/g, 'ss').replace(/ø/g, 'o').replace(/ı/g, 'i')
}

const isWordStart = (text: string, place: number): boolean => place === 0 || /[\s\-_.,/@#~()]/.test(text[place - 1] ?? '')

/** One word of what is typed in one name, both folded. */
function rankWord(word: string, text: string): number {
  if (text === word) return 1000
  if (text.startsWith(word)) return 800 - Math.min(200, text.length - word.length)
  for (let place = text.indexOf(word); place >= 0; place = text.indexOf(word, place + 1)) if (isWordStart(text, place)) return 560 - Math.min(100, place)
  const inside = text.indexOf(word)
  if (inside >= 0) return 380 - Math.min(100, inside)
  // Letters in their order with others between: as short a way as possible, and begun where a word begins.
  if ([...word].length < 2) return 0
  let score = 0
  let place = -1
  for (const letter of word) {
    const next = text.indexOf(letter, place + 1)
    if (next < 0) return 0
    score += next === place + 1 ? 14 : isWordStart(text, next) ? 10 : 0
    place = next
  }
  const perLetter = score / [...word].length
  // Scattered letters are in every long name.
  return perLetter < 6 ? 0 : 40 + perLetter * 8
}

/** Each word must be found in one of the names; what is nothing matches everything. */
export function rank(term: string, names: readonly string[]): number {
  const folded = names.map(foldText)
  const whole = foldText(term).trim().replace(/^[@~#]/, '')
  if (whole === '') return 1
  const best = (word: string): number => Math.max(0, ...folded.map((name, place) => rankWord(word, name) * (place === 0 ? 1 : 0.92)))
  const asTyped = best(whole)
  const words = whole.split(/\s+/)
  if (words.length === 1) return asTyped
  const scores = words.map(best)
  return Math.max(asTyped, scores.includes(0) ? 0 : Math.min(...scores) * 0.9)
}

const dayMs = 86_400_000

/** What was used lately is meant more often: up to 150 for now, half of it after three days. */
export const recency = (at: number, now: number): number => (at <= 0 ? 0 : 150 / (1 + Math.max(0, now - at) / (3 * dayMs)))
