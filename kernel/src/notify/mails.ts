import { createHash, randomUUID } from 'node:crypto'
import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Settings } from '../config/index.ts'
import type { DueWork } from '../jobs/index.ts'
import type { Database, Transaction } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Letter } from './letter.ts'
import { MailRefused, sendMs, type MailServerSettings, type Smtp } from './smtp.ts'

/** One kind of mail. What it is about is stored, not the letter: that is written when it goes, from what holds then. */
export interface MailKind<About> {
  /** Sends one; what waits under the same key is replaced. */
  put(transaction: Transaction, key: string, about: About): Promise<void>
  /** Several, in one statement. `keepsPresent`: what waits under a key already stays as it is. */
  putAll(transaction: Transaction, items: readonly { readonly key: string, readonly about: About, readonly dueAt?: number }[], options?: { readonly keepsPresent?: boolean }): Promise<void>
}

export interface Mails {
  /** Whether there is a mail server. */
  readonly isOn: boolean
  /** Throws where there is none. */
  assertOn(): void
  /** Before anything is sent. `compose` answers nothing where there is no reason any more. */
  define<About>(name: string, compose: (about: About) => Promise<Letter | undefined>): MailKind<About>
  /** At once and once; throws `mail_failed` with what the server said. `using` stands above the settings. */
  send(letter: Letter, using?: MailServerSettings): Promise<void>
  /** Gives up what is under way; it is sent after the next start. */
  stop(): Promise<void>
}

interface Queued { readonly name: string, readonly about: unknown, readonly attempt: number, readonly giveUpAt: number }

interface Parts {
  readonly db: Database
  readonly dueWork: DueWork
  readonly smtp: Smtp
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Log
  readonly firstRetryMs?: number
}

const dueKind = 'mail'
/** Connections to the mail server. */
const atOnce = 4
const maximumRetryMs = 15 * 60_000
/** What could not be sent for a day tells nothing new. */
const patienceMs = 24 * 3_600_000
const stopMs = 2000

/** Mails on their way: rows of due work, so that none is lost while the mail server is away, and nobody waits for it. */
export function createMails({ db, dueWork, smtp, settings, clock, log, firstRetryMs = 5000 }: Parts): Mails {
  const kinds = new Map<string, (about: never) => Promise<Letter | undefined>>()
  const stopping = new AbortController()
  /** Complained of once, until something is taken again. */
  let isTroubled = false

  const put = (transaction: Transaction, key: string, queued: Queued, dueAt: number): Promise<void> => dueWork.put(transaction, { kind: dueKind, key, dueAt, payload: queued })
  const isOn = (): boolean => settings.mail.server !== ''

  const work = async (key: string, queued: Queued): Promise<void> => {
    const { name, about, attempt, giveUpAt } = queued
    const later = (): Promise<void> => {
      const waitMs = Math.min(firstRetryMs * 2 ** (attempt - 1), maximumRetryMs)
      // Not all at the same moment when the mail server comes back.
      return db.transact((transaction) => put(transaction, key, { ...queued, attempt: attempt + 1 }, clock.now() + waitMs * (1 + Math.random() / 4)))
    }
    if (clock.now() > giveUpAt) return log.warn('A mail could not be sent for a day and is given up', { mail: name })
    if (!isOn()) return later()
    const letter = await kinds.get(name)?.(about as never)
    if (!letter) return
    try {
      await smtp.send(letter, { id: messageIdOf(key, giveUpAt), signal: stopping.signal })
      if (isTroubled) log.info('The mail server takes mails again')
      isTroubled = false
    } catch (error) {
      if (!(error instanceof MailRefused)) throw error
      if (error.isFinal) return log.warn('The mail server refuses a mail for good', { mail: name, reason: error.message })
      if (!isTroubled && !stopping.signal.aborted) log.warn('Mails wait: the mail server does not take them', { mail: name, reason: error.message })
      isTroubled = true
      await later()
    }
  }
  dueWork.on<Queued>(dueKind, ({ key, payload }) => work(key, payload), { isDetached: true, atOnce, leaseMs: 2 * sendMs })

  return {
    get isOn() { return isOn() },
    assertOn() { if (!isOn()) throw new RookeryError('mail_off') },
    define(name, compose) {
      if (kinds.has(name)) throw new Error(`There is a mail ${name} already.`)
      kinds.set(name, compose)
      const putAll: MailKind<unknown>['putAll'] = (transaction, items, options) => dueWork.putAll(transaction, items.map(({ key, about, dueAt = clock.now() }) =>
        ({ kind: dueKind, key: `${name} ${key}`, dueAt, payload: { name, about, attempt: 1, giveUpAt: dueAt + patienceMs } satisfies Queued })), options)
      return { putAll, put: (transaction, key, about) => putAll(transaction, [{ key, about }]) }
    },
    async send(letter, using = {}) {
      if ((using.server ?? settings.mail.server) === '') throw new RookeryError('mail_off')
      try {
        await smtp.send(letter, { id: randomUUID(), signal: stopping.signal, using })
      } catch (error) {
        throw error instanceof MailRefused ? new RookeryError('mail_failed', { reason: error.message }, { cause: error }) : error
      }
    },
    async stop() {
      stopping.abort()
      const impatience = Promise.withResolvers<void>()
      const timer = setTimeout(impatience.resolve, stopMs)
      await Promise.race([dueWork.idle(), impatience.promise])
      clearTimeout(timer)
    },
  }
}

/** The same for every attempt: of a mail that was sent twice, because a server died in between, readers see one. */
const messageIdOf = (key: string, giveUpAt: number): string => createHash('sha256').update(`${key} ${giveUpAt}`).digest('hex').slice(0, 40)
