import type { SelectOption } from '../../ui/index.ts'

export interface ZoneGroup { readonly label: string, readonly options: readonly SelectOption[] }

/** Hours and minutes from Greenwich, as the zone has them now. */
export function offsetOf(timeZone: string, locale: string, at = Date.now()): string {
  const part = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'longOffset' }).formatToParts(at).find(({ type }) => type === 'timeZoneName')
  return part?.value ?? ''
}

/** All zones that this browser knows, by continent; the one that is chosen is among them in any case. */
export function groupZones(chosen: string, locale: string): ZoneGroup[] {
  const groups = new Map<string, SelectOption[]>()
  for (const zone of new Set([...Intl.supportedValuesOf('timeZone'), chosen])) {
    const [continent = zone, ...rest] = zone.split('/')
    const place = rest.join(', ').replaceAll('_', ' ') || continent
    const group = groups.get(continent) ?? []
    groups.set(continent, group)
    group.push({ value: zone, label: isKnown(zone) ? `${place} (${offsetOf(zone, locale)})` : place })
  }
  return [...groups].map(([label, options]) => ({ label, options }))
}

function isKnown(timeZone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone }))
  } catch {
    return false
  }
}
