import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** A mail as it came over the wire. */
export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** By their names in lower case, unfolded and decoded. */
  readonly headers: ReadonlyMap<string, string>
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly raw: string
  readonly isEncrypted: boolean
  readonly user: string
}

/** A mail server in this process, which keeps what it is given. */
export interface MailServer {
  readonly port: number
  readonly mails: readonly ReceivedMail[]
  /** How often somebody came, also in vain. */
  readonly visits: number
  /** The first mail to an address that nobody has taken yet. */
  next(to: string): Promise<ReceivedMail>
  /** What is answered to recipients: a code and words; undefined for welcome. */
  refuse(answer: ((address: string) => { readonly code: number, readonly words: string } | undefined) | undefined): void
  /** Closes the door, and opens it again at the same port. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

type Options = Pick<SMTPServerOptions, 'key' | 'cert' | 'secure' | 'allowInsecureAuth'> & { readonly account?: { readonly user: string, readonly password: string } }

export async function createMailServer({ account, ...options }: Options = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  const taken = new Set<ReceivedMail>()
  let waiting: (() => void)[] = []
  let refusal: ((address: string) => { readonly code: number, readonly words: string } | undefined) | undefined
  let visits = 0
  let port = 0
  let server: SMTPServer | undefined

  const make = (): SMTPServer => new SMTPServer({
    ...options, logger: false, disableReverseLookup: true, closeTimeout: 100, authOptional: account === undefined, ...(options.cert === undefined && { disabledCommands: ['STARTTLS'] }),
    onConnect(_session, done) { visits += 1; done() },
    onAuth({ username, password }, _session, done) {
      if (username === account?.user && password === account?.password) done(null, { user: username })
      else done(new Error('No such account'))
    },
    onRcptTo({ address }, _session, done) {
      const told = refusal?.(address)
      done(told ? Object.assign(new Error(told.words), { responseCode: told.code }) : null)
    },
    onData(stream, { envelope, secure, user }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => { chunks.push(chunk) })
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8')
        const mail = { ...readMail(raw), raw, from: envelope.mailFrom ? envelope.mailFrom.address : '', to: envelope.rcptTo.map(({ address }) => address), isEncrypted: secure, user: String(user ?? '') }
        mails.push(mail)
        done()
        for (const wake of waiting.splice(0)) wake()
      })
    },
  })
  const up = async (): Promise<void> => {
    const opened = make()
    opened.on('error', () => {})
    server = opened
    await new Promise<void>((resolve) => { opened.listen(port, '127.0.0.1', resolve) })
    port = (opened.server.address() as { port: number }).port
  }
  const down = async (): Promise<void> => {
    const closed = server
    server = undefined
    if (closed) await new Promise<void>((resolve) => { closed.close(resolve) })
  }
  await up()
  return {
    get port() { return port },
    mails,
    get visits() { return visits },
    async next(to) {
      for (;;) {
        const found = mails.find((mail) => !taken.has(mail) && mail.to.includes(to))
        if (found) {
          taken.add(found)
          return found
        }
        await new Promise<void>((resolve) => { waiting = [...waiting, resolve] })
      }
    },
    refuse(answer) { refusal = answer },
    down, up, close: down,
  }
}

type Content = Pick<ReceivedMail, 'headers' | 'subject' | 'text' | 'html'>

function readMail(raw: string): Content {
  const { headers, body } = split(raw)
  const boundary = /boundary="?([^";]+)"?/.exec(headers.get('content-type') ?? '')?.[1]
  const parts = boundary ? body.split(`--${boundary}`).slice(1, -1).map((part) => split(part.replace(/^\r\n|\r\n$/g, ''))) : [{ headers, body }]
  const partOf = (type: string): string => {
    const found = parts.find((part) => part.headers.get('content-type')?.startsWith(type))
    return found ? decodeBody(found.body, found.headers.get('content-transfer-encoding') ?? '') : ''
  }
  return { headers, subject: headers.get('subject') ?? '', text: partOf('text/plain'), html: partOf('text/html') }
}

function split(raw: string): { headers: Map<string, string>, body: string } {
  const end = raw.indexOf('\r\n\r\n')
  const lines = raw.slice(0, end).replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  return { headers: new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), decodeWords(line.slice(line.indexOf(':') + 1).trim())])), body: raw.slice(end + 4) }
}

const quoted = (text: string): Buffer => Buffer.from(text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1')

const decodeWords = (text: string): string => text
  .replace(/(\?=)\s+(=\?)/g, '$1$2')
  .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, word: string) => (kind.toUpperCase() === 'B' ? Buffer.from(word, 'base64') : quoted(word.replaceAll('_', ' '))).toString('utf8'))

function decodeBody(body: string, encoding: string): string {
  const bytes = encoding === 'base64' ? Buffer.from(body, 'base64') : encoding === 'quoted-printable' ? quoted(body) : Buffer.from(body)
  return bytes.toString('utf8').replaceAll('\r\n', '\n')
}
