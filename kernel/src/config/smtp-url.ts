import { settingBounds, type Settings } from './settings.ts'

type FromUrl = Pick<Settings['mail'], 'server' | 'port' | 'username' | 'password' | 'security'>

/** Settings that SMTP_URL says. */
export const smtpUrlSettings: readonly string[] = ['server', 'port', 'username', 'password', 'security'].map((name) => `mail.${name}`)

const securityOf: Readonly<Record<string, FromUrl['security']>> = { 'smtp:': 'auto', 'smtp+starttls:': 'starttls', 'smtps:': 'tls' }

/** Reads `smtp://user:password@host:587`; `smtps` is encrypted from the first byte, `smtp+starttls` insists on it. Throws without repeating the address, which may have a password. */
export function parseSmtpUrl(text: string): FromUrl {
  const refuse = (): never => { throw new Error('SMTP_URL must be like smtp://user:password@host:587, smtp+starttls://… or smtps://….') }
  const [, scheme = ''] = /^([a-z+]+:)\/\//i.exec(text) ?? []
  const security = securityOf[scheme.toLowerCase()] ?? refuse()
  // Of schemes that it does not know, the parser reads less.
  const url = URL.parse(text.replace(/^[a-z+]+:/i, 'https:')) ?? refuse()
  if (url.hostname === '' || url.pathname.length > 1 || url.search !== '' || url.hash !== '') refuse()
  const found = {
    server: url.hostname.replace(/^\[|\]$/g, ''), port: portOf(text, url) ?? (security === 'tls' ? 465 : 587), username: decoded(url.username) ?? refuse(), password: decoded(url.password) ?? refuse(), security,
  }
  for (const [name, value] of Object.entries(found)) if (settingBounds[`mail.${name}`]?.pattern?.test(String(value)) === false) refuse()
  return found
}

/** The parser leaves out 443, which it takes for the standard. */
const portOf = (text: string, url: URL): number | undefined => (url.port !== '' ? Number(url.port) : /:443\/?$/.test(text) ? 443 : undefined)

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
