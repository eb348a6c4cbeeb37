type Fields = Readonly<Record<string, unknown>>

const maximumHeaders = 50

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const isTextOrNone = (value: unknown): boolean => value === undefined || typeof value === 'string'
const areHeaders = (value: unknown): boolean => value === undefined
  || (isFields(value) && Object.keys(value).length <= maximumHeaders && Object.entries(value).every(([name, text]) => name !== '__proto__' && typeof text === 'string'))
const isProof = (value: unknown): boolean => value === undefined || (isFields(value) && areHeaders(value['headers']))

/**
 * Whether what came over a native socket has the shape of a frame: nes believes that it has, and a text where it expects
 * an object, or nothing at all, would be an error that nobody catches. What is in `payload` is read as a body is.
 */
export function isNativeFrame(text: string): boolean {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return false
  }
  if (!isFields(frame)) return false
  const { type, id, method, path, version, headers, auth, subs } = frame
  return typeof type === 'string' && (typeof id === 'string' || typeof id === 'number')
    && [method, path, version].every(isTextOrNone) && areHeaders(headers) && isProof(auth)
    // Nothing here is subscribed to by its path.
    && (subs === undefined || (Array.isArray(subs) && subs.length === 0))
}
