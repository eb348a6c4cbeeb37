const rightToLeft: readonly string[] = ['ar', 'fa', 'he', 'ur']

export const directionOf = (locale: string): 'ltr' | 'rtl' => (rightToLeft.includes(locale.split('-')[0] ?? '') ? 'rtl' : 'ltr')

/** First strong isolate, and its end: what stands between has the direction of its own first letter and turns nothing around it. */
const [begin, end] = ['\u2068', '\u2069']
const ofRightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/** Names, codes and keys inside a sentence of a language: without this an Arabic name turns an English sentence around, and the reverse. */
export function isolate(text: string, locale: string): string {
  return text !== '' && (directionOf(locale) === 'rtl' || ofRightToLeft.test(text)) ? `${begin}${text}${end}` : text
}
