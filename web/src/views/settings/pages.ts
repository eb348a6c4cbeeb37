import type { ChoiceName } from '../../data/index.ts'

/** A setting that is a preference or a way to be told, drawn from this table alone. Its words are `settings.rows.<name>`. */
export type Row =
  | { readonly kind: 'preference', readonly name: ChoiceName, readonly control: 'switch' | 'choice' | 'select' }
  | { readonly kind: 'notice', readonly name: NoticeName, readonly control: 'switch' | 'choice' }
  /** Drawn by its page; here it is found. */
  | { readonly kind: 'own', readonly name: string }

/** Ways to be told, in the account's notifyProps; names and values are Mattermost's. */
export const notices = {
  desktop: ['all', 'mention', 'none'],
  desktop_sound: ['true', 'false'],
  desktop_threads: ['all', 'mention', 'none'],
  mailed: ['true', 'false'],
  channel: ['true', 'false'],
  first_name: ['true', 'false'],
} as const
export type NoticeName = keyof typeof notices
/** Under which name the account has it: `email` itself is what the address is called here. */
export const noticeProp = (name: NoticeName): string => (name === 'mailed' ? 'email' : name)

export const standardNotices: Readonly<Record<NoticeName, string>> = { desktop: 'mention', desktop_sound: 'true', desktop_threads: 'all', mailed: 'true', channel: 'true', first_name: 'false' }

const preference = (name: ChoiceName, control: 'switch' | 'choice' | 'select'): Row => ({ kind: 'preference', name, control })
const notice = (name: NoticeName, control: 'switch' | 'choice'): Row => ({ kind: 'notice', name, control })
const own = (name: string): Row => ({ kind: 'own', name })

export const pages = {
  profile: [own('picture'), own('fullName'), own('nickname'), own('position')],
  account: [own('username'), own('email'), own('password')],
  sessions: [own('sessions'), own('otherSessions')],
  tokens: [own('tokens')],
  notifications: [own('permission'), notice('desktop', 'choice'), notice('desktop_threads', 'choice'), notice('desktop_sound', 'switch'), notice('mailed', 'switch'), preference('notificationContent', 'select'), own('keywords'), notice('first_name', 'switch'), notice('channel', 'switch'), own('channels')],
  display: [preference('theme', 'choice'), preference('density', 'choice'), preference('messageDisplay', 'choice'), preference('nameFormat', 'select'), preference('channelWidth', 'choice'), preference('collapsedThreads', 'switch'), preference('linkPreviews', 'switch'), preference('collapsedPreviews', 'switch'), preference('sendKey', 'switch'), preference('codeBlockEnter', 'switch')],
  language: [own('language'), preference('clock', 'choice'), own('timeZone')],
  sidebar: [preference('unreadSection', 'switch'), preference('directMessageCount', 'select'), own('channelOrder'), own('directMessageOrder')],
  plugins: [own('plugins')],
  accessibility: [preference('textSize', 'choice'), preference('contrast', 'switch'), preference('motion', 'switch'), preference('underlinedLinks', 'switch')],
} as const satisfies Record<string, readonly Row[]>

export type PageName = keyof typeof pages
export const pageNames = Object.keys(pages) as PageName[]

export interface Found { readonly page: PageName, readonly row: string | null }

/** Pages and settings whose words hold all words that were typed, those whose title begins with them first. */
export function findSettings(typed: string, words: (found: Found) => { title: string, detail: string }): Found[] {
  const wanted = fold(typed).split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return []
  const all: Found[] = pageNames.flatMap((page) => [{ page, row: null }, ...pages[page].map(({ name }) => ({ page, row: name }))])
  return all.flatMap((found) => {
    const { title, detail } = words(found)
    const [foldedTitle, whole] = [fold(title), fold(`${title} ${detail}`)]
    if (!wanted.every((word) => whole.includes(word))) return []
    return [{ found, rank: foldedTitle.startsWith(wanted[0] ?? '') ? 0 : wanted.every((word) => foldedTitle.includes(word)) ? 1 : 2 }]
  }).sort((a, b) => a.rank - b.rank).map(({ found }) => found)
}

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}+/gu, '').toLocaleLowerCase()
