import { RookeryError, secretMask, type SettingValue } from '@rookery/sdk/protocol'
import { settingBounds, settingAreas, type Settings } from './settings.ts'

/** What the kernel must know of values that a door keeps and only that door understands. */
export interface Keeping {
  /** Areas of the system console to which the value belongs: `site_posts`; `*` where whoever sees any of it may read it. None: only those who manage the system. */
  areasOf(name: string): readonly string[]
  isSecret(name: string): boolean
  /** Throws where there is no such name or the value does not fit it. */
  assert(name: string, value: unknown): void
}

/**
 * The settings of the running server: one object that everybody reads as plain properties and that this owner alone
 * changes in place, so that a reader always sees the present value.
 */
export interface LiveSettings {
  readonly settings: Settings
  /** Our settings that may change while the server runs, by `section.name`. */
  readonly values: ReadonlyMap<string, SettingValue>
  readonly readOnly: ReadonlySet<string>
  /** Rises with every change: whoever makes something of the settings keeps it as long as this stays. */
  readonly revision: number
  readonly installation: { readonly id: string, readonly createdAt: number }
  /** Areas of the system console to which one of our settings belongs. */
  areasOf(name: string): readonly string[]
  /** Nobody is told one of these, and what an admin stores of it is sealed. */
  isSecret(name: string): boolean
  /** Whether an admin stored it: else it is what environment or defaults say. */
  isStored(name: string): boolean
  /** A door that keeps values of its own says how. */
  keepFor(door: string, keeping: Keeping): void
  keepingOf(door: string): Keeping | undefined
  readonly doors: Iterable<string>
  kept(door: string): ReadonlyMap<string, unknown>
  /** Throws where one of our settings cannot have this value. */
  assert(name: string, value: SettingValue): void
  /** The same as JSON Schema; empty where there is no such setting. */
  schemaOf(name: string): Readonly<Record<string, unknown>>
  /** Takes the stored values; what is not stored goes back to its standard. */
  learn(stored: ReadonlyMap<string, unknown>): void
}

type Sections = Record<string, Record<string, SettingValue>>

/** Under which names things lie in the table of settings. */
export const keptKey = (door: string, name: string): string => `kept.${door}.${name}`
export const installationKey = 'installation'

/** `base` is what environment and defaults say; what `readOnly` names stays so. */
export function createLiveSettings({ base, readOnly }: { base: Settings, readOnly: ReadonlySet<string> }): LiveSettings {
  const settings = structuredClone(base)
  const sections = Object.fromEntries(Object.entries(settings).filter(([name]) => name in settingAreas)) as Sections
  const standards = new Map<string, SettingValue>(Object.entries(structuredClone(sections)).flatMap(([section, values]) =>
    Object.entries(values).map(([name, value]) => [`${section}.${name}`, value] as const)))
  const values = new Map(standards)
  const keepings = new Map<string, Keeping>()
  const keptByDoor = new Map<string, Map<string, unknown>>()
  const storedNames = new Set<string>()
  let revision = 0
  let installation = { id: '', createdAt: 0 }

  const assert = (name: string, value: SettingValue): void => {
    const standard = standards.get(name)
    if (standard === undefined) throw new RookeryError('setting_unknown', { field: name })
    const refuse = (reason: string): never => { throw new RookeryError('setting_invalid', { field: name, reason }) }
    if (kindOf(value) !== kindOf(standard)) refuse(`it must be a ${kindOf(standard)}`)
    const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER, words, pattern, form = '' } = settingBounds[name] ?? {}
    if (pattern && !pattern.test(String(value))) refuse(`it must be ${form}`)
    if (typeof value === 'number' && (value < minimum || value > maximum)) refuse(`it must be from ${minimum} to ${maximum}`)
    if (words && !words.includes(String(value))) refuse(`it must be one of ${words.join(', ')}`)
  }
  return {
    settings, values, readOnly,
    get revision() { return revision },
    get installation() { return installation },
    areasOf: (name) => settingAreas[name.split('.')[0] as keyof typeof settingAreas] ?? [],
    isSecret: (name) => settingBounds[name]?.isSecret ?? false,
    isStored: (name) => storedNames.has(name),
    keepFor(door, keeping) { keepings.set(door, keeping) },
    keepingOf: (door) => keepings.get(door),
    get doors() { return keepings.keys() },
    kept: (door) => keptByDoor.get(door) ?? new Map(),
    assert,
    schemaOf(name) {
      const standard = standards.get(name)
      if (standard === undefined) return {}
      const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER, words, isSecret } = settingBounds[name] ?? {}
      return {
        ...(isSecret && { secret: true }),
        type: Array.isArray(standard) ? 'array' : typeof standard === 'number' ? 'integer' : typeof standard, default: standard, ...(words && { enum: words }),
        ...(typeof standard === 'number' && { minimum, maximum }), ...(Array.isArray(standard) && { items: { type: 'string', maxLength: 200 }, maxItems: 200 }), ...(typeof standard === 'string' && { maxLength: 2000 }),
      }
    },
    learn(stored) {
      revision += 1
      installation = stored.get(installationKey) as typeof installation | undefined ?? installation
      for (const [name, standard] of standards) {
        const [section = '', key = ''] = name.split('.')
        const found = readOnly.has(name) ? undefined : usable(name, stored.get(name))
        const value = found ?? standard
        if (found === undefined) storedNames.delete(name)
        else storedNames.add(name)
        values.set(name, value)
        const target = sections[section]
        if (target) target[key] = value
      }
      keptByDoor.clear()
      for (const [key, value] of stored) {
        const [, door, name] = /^kept\.([a-z]+)\.(.+)$/.exec(key) ?? []
        if (!door || !name) continue
        const known = keptByDoor.get(door) ?? new Map<string, unknown>()
        keptByDoor.set(door, known.set(name, value))
      }
    },
  }

  /** A stored value that an older release took and this one does not is not used. */
  function usable(name: string, value: unknown): SettingValue | undefined {
    if (value === undefined) return undefined
    // Sealed, it looks like nothing in particular.
    if (settingBounds[name]?.isSecret) return typeof value === 'string' ? value : undefined
    try {
      assert(name, value as SettingValue)
      return value as SettingValue
    } catch {
      return undefined
    }
  }
}

const kindOf = (value: SettingValue): string => Array.isArray(value) ? 'list' : typeof value === 'boolean' ? 'truth value' : typeof value

/** A value as it may be told: nobody is told a secret that is set. */
export const masked = (value: unknown, isSecret: boolean): unknown => isSecret && value !== '' && value !== undefined ? secretMask : value
