const maximumLength = 200
const maximumDepth = 8
/** Names that mean a device to some systems, whatever follows the first dot. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$|clock\$)(\.|$)/i

/** Why a name of a file in a package is refused; undefined where it is fine on every system, and names the same file on each. */
export function faultOfName(name: string): string | undefined {
  if (name.length > maximumLength) return `a name has at most ${maximumLength} characters`
  if (name.includes('\\')) return 'a name has no backslashes'
  if (name.startsWith('/')) return 'a name does not begin at the root'
  if (/^[a-z]:/i.test(name)) return 'a name does not begin with a drive'
  const segments = name.split('/')
  if (segments.includes('..')) return 'a name does not lead out of the package'
  if (name.endsWith('/')) return 'a package holds files and no folders'
  if (segments.includes('') || segments.includes('.')) return 'a name has no empty parts'
  if (segments.length > maximumDepth) return `a file lies at most ${maximumDepth} folders deep`
  // Nothing to normalise, nothing that looks like something else.
  if (/[^A-Za-z0-9._@+/-]/.test(name)) return 'a name has letters from a to z, digits and ._@+- alone'
  for (const segment of segments) {
    if (segment.startsWith('.')) return 'no part of a name begins with a dot'
    if (segment.endsWith('.')) return 'no part of a name ends with a dot'
    if (devices.test(segment)) return 'some systems take it for a device'
  }
  return undefined
}
