/** A mail as its reader knows it: in one language, with at most one thing to do. */
export interface Letter {
  /** One address. */
  readonly to: string
  readonly locale: string
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly action?: { readonly label: string, readonly url: string }
  /** Why it came, and what to do where it should not have. */
  readonly closing?: string
}

export interface Written {
  readonly subject: string
  readonly text: string
  readonly html: string
}

const maximumSubjectLength = 150
const rightToLeft: ReadonlySet<string> = new Set(['ar', 'fa', 'he', 'ur'])

/** A line of a header: whatever would end it, or is not seen, is a blank. */
export const asLine = (text: string): string => [...text.replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ').trim()].slice(0, maximumSubjectLength).join('')

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
/** What only a terminal would understand is left out. */
const plain = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, '')

/** The letter as plain text and as simple HTML: both say the same. */
export function writeLetter({ locale, subject, paragraphs, action, closing }: Letter): Written {
  const language = /^[a-z]{2,3}/i.exec(locale)?.[0].toLowerCase() ?? 'en'
  const said = paragraphs.map(plain)
  const text = [...said, ...(action ? [`${plain(action.label)}:\n${action.url}`] : []), ...(closing ? [`--\n${plain(closing)}`] : [])].join('\n\n')
  const paragraph = (content: string, style = ''): string => `<p style="margin:0 0 16px;white-space:pre-line;${style}">${content}</p>`
  const button = action ? [
    paragraph(`<a href="${escaped(action.url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#3b4fc4;color:#ffffff;text-decoration:none;font-weight:600">${escaped(plain(action.label))}</a>`),
    paragraph(`<a href="${escaped(action.url)}" dir="ltr" style="color:#3b4fc4;word-break:break-all">${escaped(action.url)}</a>`, 'font-size:13px;'),
  ] : []
  const body = [...said.map((each) => paragraph(escaped(each))), ...button, ...(closing ? [paragraph(escaped(plain(closing)), 'color:#5f6470;font-size:13px;')] : [])]
  const html = [
    '<!doctype html>', `<html lang="${language}" dir="${rightToLeft.has(language) ? 'rtl' : 'ltr'}">`, `<head><meta charset="utf-8"><title>${escaped(asLine(subject))}</title></head>`,
    '<body style="margin:0;padding:24px;background:#f4f5f7;color:#1b1d22;font:16px/1.5 system-ui,sans-serif">',
    '<div style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border-radius:8px">', ...body, '</div>', '</body>', '</html>', '',
  ].join('\n')
  return { subject: asLine(subject), text: `${text}\n`, html }
}
