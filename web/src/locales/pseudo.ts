type Messages = { [key: string]: string | Messages }

const accents: Readonly<Record<string, string>> = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', A: 'Á', E: 'É', I: 'Í', O: 'Ó', U: 'Ú', n: 'ñ', c: 'ç', y: 'ý' }

const [opening, closing] = ['⟦', '⟧']

/** How much longer than English it is: German and Arabic are that at times. */
const growth = 0.4

/** Text that can be read and is longer: what does not look so is in no locale file, what is cut off is too tight. */
export function pseudoText(text: string): string {
  let depth = 0
  let result = ''
  for (const character of text) {
    if (character === '{') depth += 1
    result += depth === 0 ? accents[character] ?? character : character
    if (character === '}') depth -= 1
  }
  return `${opening}${result}${'·'.repeat(Math.ceil(text.replace(/\{.*\}/s, '').length * growth))}${closing}`
}

/** The English messages as a language of their own (en-XA). */
export function pseudoMessages(messages: Messages): Messages {
  return Object.fromEntries(Object.entries(messages).map(([key, value]) => [key, typeof value === 'string' ? pseudoText(value) : pseudoMessages(value)]))
}
