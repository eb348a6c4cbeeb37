/** What a session tells of the program that began it, in the words that Mattermost's clients show. */
export interface DeviceFacts { readonly platform: string, readonly os: string, readonly browser: string }

const systems: readonly (readonly [RegExp, string, (version: string) => string])[] = [
  [/\((?:iPhone|iPad|iPod)[^)]*? OS ([\d_]+)/, 'iOS', (version) => `iOS ${version.replaceAll('_', '.')}`],
  [/Android ([\d.]+)/, 'Linux', (version) => `Android ${version}`],
  [/Windows NT ([\d.]+)/, 'Windows', (version) => `Windows ${version === '10.0' ? '10' : version}`],
  [/Mac OS X ([\d_.]+)/, 'Macintosh', (version) => `Mac OS ${version.replaceAll('_', '.')}`],
  [/(?:X11|Linux)()/, 'Linux', () => 'Linux'],
]

// The first that matches counts: most browsers also claim to be those that stand below them.
const browsers: readonly (readonly [RegExp, string])[] = [
  [/Mattermost Mobile\/([\w.+-]+)/, 'Mobile App'], [/rnbeta\/([\w.+-]+)/, 'Mobile App'], [/Mattermost\/([\w.+-]+)/, 'Desktop App'], [/mmctl\/([\w.+-]+)/, 'mmctl'],
  [/Edge?\/([\d.]+)/, 'Edge'], [/OPR\/([\d.]+)/, 'Opera'], [/Firefox\/([\d.]+)/, 'Firefox'], [/Chrome\/([\d.]+)/, 'Chrome'], [/Version\/([\d.]+).*Safari/, 'Safari'],
]

/** Reads a User-Agent header, of which a stranger may write anything. */
export function readDeviceFacts(userAgent: string): DeviceFacts {
  const text = userAgent.slice(0, 300)
  const system = systems.map(([pattern, platform, name]) => ({ match: pattern.exec(text), platform, name })).find(({ match }) => match)
  const browser = browsers.map(([pattern, name]) => ({ match: pattern.exec(text), name })).find(({ match }) => match)
  return {
    platform: system?.platform ?? 'Unknown',
    os: system ? system.name(system.match?.[1] ?? '') : '',
    browser: browser ? `${browser.name}/${browser.match?.[1] ?? ''}` : text.slice(0, 100),
  }
}
