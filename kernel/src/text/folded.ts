const letters: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ı: 'i', ى: 'ي', ة: 'ه' }

/** A name as people look for it: without case, accents, vowel marks and forms of one letter. The database has the same as `folded` (migrations/0001). */
export const foldName = (text: string): string =>
  text.normalize('NFKD').replace(/[\u0300-\u036f\u064b-\u065f\u0670\u0640]/g, '').toLowerCase().replace(/[ßøıىة]/g, (letter) => letters[letter] ?? letter)
