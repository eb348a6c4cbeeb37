import type { SendMailOptions } from 'nodemailer'
import type { Settings } from '../config/index.ts'
import { asLine, writeLetter, type Letter } from './letter.ts'

/** Hands letters to the mail server. */
export interface Smtp {
  /** Throws MailRefused where the server does not take it, now or for good. */
  send(letter: Letter, options: { readonly id: string, readonly signal: AbortSignal, readonly using?: MailServerSettings }): Promise<void>
}

export type MailServerSettings = Partial<Settings['mail']>

/** The mail server did not take a letter. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'
  /** Whether it will not take this one later either. Whatever an admin can mend passes. */
  readonly isFinal: boolean
  constructor(message: string, { isFinal, cause }: { isFinal: boolean, cause: unknown }) {
    super(message, { cause })
    this.isFinal = isFinal
  }
}

interface Failure { readonly code?: string, readonly command?: string, readonly responseCode?: number }

const connectMs = 10_000
const silenceMs = 20_000
/** For one letter, whatever the server does. */
export const sendMs = 60_000

const isHere = (server: string): boolean => server === 'localhost' || server === '::1' || server.startsWith('127.')

/** `password` opens what is sealed among the settings, each time: an admin may have changed it. */
export function createSmtp({ settings, password }: { settings: Settings, password: () => Promise<string> }): Smtp {
  const from = (mail: Settings['mail']): SendMailOptions => {
    const { site, url } = settings
    const host = URL.parse(url)?.hostname ?? 'localhost'
    return {
      from: { name: asLine(mail.fromName || site.name), address: mail.fromAddress || `no-reply@${host}` },
      ...(mail.replyTo && { replyTo: { name: '', address: mail.replyTo } }),
    }
  }
  return {
    async send(letter, { id, signal, using = {} }) {
      const mail = { ...settings.mail, ...using }
      const { server, port, username, security, verifyCertificate } = mail
      // The stored password is shown to nobody but the server that it is for.
      const isStored = (['server', 'port', 'username'] as const).every((name) => mail[name] === settings.mail[name])
      const secret = async (): Promise<string> => using.password ?? (isStored ? await password() : '')
      // Loaded here: nearly half of all servers send nothing, and none does when it starts.
      const { createTransport } = await import('nodemailer')
      const host = URL.parse(settings.url)?.hostname ?? 'localhost'
      // A password goes over a network only to whom the certificate says it is for.
      const isSecretSent = username !== '' && !isHere(server)
      const transport = createTransport({
        host: server, port, name: host, secure: security === 'tls', requireTLS: security === 'starttls' || (security === 'auto' && isSecretSent),
        // Where encryption is not insisted on, a certificate that nobody knows is still better than none at all.
        opportunisticTLS: security === 'auto' && !isSecretSent, tls: { rejectUnauthorized: verifyCertificate && (security !== 'auto' || isSecretSent) },
        ...(username !== '' && { auth: { user: username, pass: await secret() } }),
        connectionTimeout: connectMs, greetingTimeout: connectMs, dnsTimeout: connectMs, socketTimeout: silenceMs, maxResponseSize: 10_000,
        disableFileAccess: true, disableUrlAccess: true,
      })
      const { subject, text, html } = writeLetter(letter)
      try {
        await transport.sendMail({
          ...from(mail), to: { name: '', address: letter.to }, subject, text, html, messageId: `<${id}@${host}>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          signal: AbortSignal.any([signal, AbortSignal.timeout(sendMs)]),
        })
      } catch (error) {
        throw refusalOf(error)
      } finally {
        transport.close()
      }
    },
  }
}

/** Final is what the server says of the address or of the letter itself; all else may be mended. */
function refusalOf(error: unknown): MailRefused {
  const { code, command = '', responseCode } = (error ?? {}) as Failure
  const isOfLetter = command === 'RCPT TO' || command === 'DATA' || code === 'EMESSAGE'
  const isFinal = responseCode === undefined ? code === 'EENVELOPE' : responseCode >= 500 && isOfLetter
  return new MailRefused(asLine(error instanceof Error ? error.message : String(error)), { isFinal, cause: error })
}
