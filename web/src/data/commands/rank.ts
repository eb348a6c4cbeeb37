/** How well words match what somebody types; the better the higher, 0 where they do not. */

/** Marks over letters, forms of one Arabic letter, and half or full width make no difference to who searches. */
export function foldText(text: string): string {
  return text.normalize('NFKD').replace(/[\p{Mn}\u0640]/gu, '').toLowerCase()
    .replace(/[أإآٱ]/g, 'ا').replace(/ى/g, 'ي').replace(/ة/g, 'ه').replace(/ß/g, 'ss').replace(/ø/g, 'o').replace(/ı/g, 'i')
}

/** Whether the text has what somebody typed, wherever. What is nothing is in every text. */
export const hasText = (text: string, typed: string): boolean => foldText(text).includes(foldText(typed.trim()))

const isWordStart = (text: string, place: number): boolean => place === 0 || /[\s\-_.,/@#~()]/.test(text[place - 1] ?? '')

/** One word of what is typed in one name, both folded. */
function rankWord(word: string, text: string): number {
  if (text === word) return 1000
  if (text.startsWith(word)) return 800 - Math.min(200, text.length - word.length)
  for (let place = text.indexOf(word); place >= 0; place = text.indexOf(word, place + 1)) if (isWordStart(text, place)) return 560 - Math.min(100, place)
  const inside = text.indexOf(word)
  if (inside >= 0) return 380 - Math.min(100, inside)
  return rankScattered([...word], text)
}

/** Letters in their order with others between, begun where a word begins: the closer together, and the more of them begin words, the better. */
function rankScattered([first = '', ...rest]: readonly string[], text: string): number {
  // One letter is in every name.
  if (rest.length === 0) return 0
  let best = 0
  for (let start = text.indexOf(first); start >= 0; start = text.indexOf(first, start + 1)) {
    if (!isWordStart(text, start)) continue
    let score = 10
    let place = start
    for (const letter of rest) {
      const next = text.indexOf(letter, place + 1)
      if (next < 0) { place = -1; break }
      score += next === place + 1 ? 14 : isWordStart(text, next) ? 10 : 0
      place = next
    }
    const length = rest.length + 1
    // Far apart they are in every long name.
    if (place >= 0 && place - start < length * 5) best = Math.max(best, 40 + score / length * 8)
  }
  return best
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
