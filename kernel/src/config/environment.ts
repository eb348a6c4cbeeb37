import { defaultSettings, settingBounds, type SettingBounds, type Settings } from './settings.ts'
import { parseSmtpUrl, smtpUrlSettings } from './smtp-url.ts'

type Environment = Readonly<Record<string, string | undefined>>

const short: Readonly<Record<string, string>> = { databaseUrl: 'DATABASE_URL', dataFolder: 'ROOKERY_DATA', url: 'ROOKERY_URL', listen: 'ROOKERY_LISTEN', trustedProxies: 'ROOKERY_TRUSTED_PROXIES' }

/** Reads the settings from the environment over their defaults; throws one sentence on a value that cannot be. */
export function readSettings(environment: Environment): Settings {
  const settings = structuredClone(defaultSettings) as unknown as Record<string, unknown>
  const listen = environment['ROOKERY_LISTEN']
  if (listen) settings['listen'] = parseListen(listen)
  const smtpUrl = environment['SMTP_URL']
  // What has a variable of its own stands above it.
  if (smtpUrl) settings['mail'] = { ...defaultSettings.mail, ...parseSmtpUrl(smtpUrl) }
  for (const [key, standard] of Object.entries(defaultSettings)) {
    if (key === 'listen') continue
    if (typeof standard === 'object' && !Array.isArray(standard)) {
      const section = settings[key] as Record<string, unknown>
      for (const [name, value] of Object.entries(standard)) {
        const variable = `ROOKERY_${snake(key)}_${snake(name)}`
        const text = environment[variable]
        if (text !== undefined) section[name] = assertWithin(variable, parseValue(variable, text, value), settingBounds[`${key}.${name}`])
      }
      continue
    }
    const variable = short[key] ?? `ROOKERY_${snake(key)}`
    const text = environment[variable]
    if (text !== undefined) settings[key] = parseValue(variable, text, standard)
  }
  // The value may have a password: it is not repeated.
  if (settings['databaseUrl'] !== '' && !/^postgres(ql)?:\/\//.test(String(settings['databaseUrl']))) throw new Error('DATABASE_URL must be like postgres://user:password@host:5432/database.')
  const { host, port } = settings['listen'] as Settings['listen']
  if (environment['ROOKERY_URL'] === undefined) {
    settings['url'] = `http://${host === '127.0.0.1' || host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`
  }
  settings['url'] = String(settings['url']).replace(/\/+$/, '')
  return settings as unknown as Settings
}

/** Names of the settings that the environment sets, as `section.name`: an admin cannot change them while the server runs. */
export function settingsOfEnvironment(environment: Environment): Set<string> {
  const ofUrl = environment['SMTP_URL'] ? smtpUrlSettings : []
  return new Set([...ofUrl, ...Object.entries(defaultSettings).flatMap(([section, values]) => typeof values !== 'object' || Array.isArray(values) ? [] : Object.keys(values)
    .filter((name) => environment[`ROOKERY_${snake(section)}_${snake(name)}`] !== undefined)
    .map((name) => `${section}.${name}`))])
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()

function parseListen(text: string): Settings['listen'] {
  const match = /^(?:\[?([^\]]*?)\]?:)?(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (!match || port > 65_535) throw new Error(`ROOKERY_LISTEN must be host:port, but is "${text}".`)
  return { host: match[1] || '127.0.0.1', port }
}

function parseValue(variable: string, text: string, standard: unknown): unknown {
  if (typeof standard === 'number') {
    const value = Number(text)
    if (!Number.isSafeInteger(value)) throw new Error(`${variable} must be a whole number, but is "${text}".`)
    return value
  }
  if (typeof standard === 'boolean') {
    if (text !== 'true' && text !== 'false') throw new Error(`${variable} must be true or false, but is "${text}".`)
    return text === 'true'
  }
  if (Array.isArray(standard)) return text.split(',').map((part) => part.trim()).filter((part) => part !== '')
  return text
}

function assertWithin(variable: string, value: unknown, { minimum = 0, maximum = Number.MAX_SAFE_INTEGER, words, pattern, form = '', isSecret }: SettingBounds = {}): unknown {
  if (typeof value === 'number' && (value < minimum || value > maximum)) throw new Error(`${variable} must be from ${minimum} to ${maximum}, but is ${value}.`)
  if (words && !words.includes(String(value))) throw new Error(`${variable} must be one of ${words.join(', ')}, but is "${String(value)}".`)
  if (pattern && !pattern.test(String(value))) throw new Error(`${variable} must be ${form}${isSecret ? '' : `, but is "${String(value)}"`}.`)
  return value
}
