import { RookeryError, type InputOf, type usersCreate } from '@rookery/sdk/protocol'
import type { Settings } from '../../config/index.ts'
import { cleanDisplayName, codePointLength, isEmail, isUsername, normalizeEmail, normalizeUsername } from '../../text/index.ts'

/** Notification settings of a new account, as Mattermost's. */
export const defaultNotifyProps: Readonly<Record<string, string>> = {
  email: 'true', push: 'mention', desktop: 'mention', desktop_sound: 'true', mention_keys: '', channel: 'true', push_status: 'online',
  push_threads: 'all', comments: 'never', first_name: 'false', desktop_threads: 'all', email_threads: 'all', auto_responder_active: 'false',
  auto_responder_message: '', highlight_keys: '',
}

/** All values of the props of an account together, in code points. */
export const maximumPropsLength = 8000

type Profile = Pick<InputOf<typeof usersCreate>, 'nickname' | 'firstName' | 'lastName' | 'position' | 'locale' | 'timezone' | 'notifyProps' | 'props'>

const refuse = (field: string, reason: string): never => { throw new RookeryError('invalid_input', { field, reason }) }

export function readUsername(text: string): string {
  const username = normalizeUsername(text)
  if (!isUsername(username)) throw new RookeryError('username_invalid')
  return username
}

export function readEmail(text: string, { emailDomains }: Settings['accounts']): string {
  const email = normalizeEmail(text)
  if (!isEmail(email)) throw new RookeryError('email_invalid')
  if (emailDomains.length > 0 && !emailDomains.includes(email.split('@')[1] ?? '')) throw new RookeryError('email_domain_refused')
  return email
}

/** What is given of a profile, as it is stored: texts cleaned, maps complete and not too large. */
export function readProfile({ nickname, firstName, lastName, position, locale, timezone, notifyProps, props }: Profile): Profile {
  if (props && Object.entries(props).reduce((length, [key, value]) => length + codePointLength(key) + codePointLength(value), 0) > maximumPropsLength) {
    refuse('props', `it has more than ${maximumPropsLength} characters`)
  }
  if (locale !== undefined && !/^([a-z]{2,3}([-_][A-Za-z]{2})?)?$/.test(locale)) refuse('locale', 'it is no language')
  return {
    ...(nickname !== undefined && { nickname: cleanDisplayName(nickname) }),
    ...(firstName !== undefined && { firstName: cleanDisplayName(firstName) }),
    ...(lastName !== undefined && { lastName: cleanDisplayName(lastName) }),
    ...(position !== undefined && { position: cleanDisplayName(position) }),
    ...(locale !== undefined && { locale: locale || 'en' }),
    ...(timezone && { timezone: readTimezone(timezone) }),
    ...(notifyProps && { notifyProps: { ...defaultNotifyProps, ...notifyProps } }),
    ...(props && { props }),
  }
}

/** Clients read these three, always. */
function readTimezone({ useAutomaticTimezone = 'true', manualTimezone = '', automaticTimezone = '' }: Readonly<Record<string, string>>): Record<string, string> {
  if (useAutomaticTimezone !== 'true' && useAutomaticTimezone !== 'false') refuse('timezone.useAutomaticTimezone', 'it must be true or false')
  return { useAutomaticTimezone, manualTimezone, automaticTimezone }
}
