// The tags by which browsers take a file for HTML (WHATWG MIME sniffing), and some that run as soon as they are read.
const htmlTag = /^<(?:!doctype\s+html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|img|link|meta|base|form|object|embed|math|video|audio|input|button|span|center)(?=[\s/>]|$)/i

/**
 * The type of textual content: HTML, SVG, XML or plain text; null where it is not text. HTML and SVG are told by their
 * first tag after comments, declarations and white space, in UTF-8 and UTF-16.
 */
export function sniffText(bytes: Uint8Array): 'text/html' | 'image/svg+xml' | 'application/xml' | 'text/plain' | null {
  const text = decode(bytes)
  if (text === null) return null
  const { rest, isXml, doctype } = afterProlog(text)
  if (/^<(?:[a-z][\w.-]{0,30}:)?svg(?=[\s/>]|$)/i.test(rest) || doctype === 'svg') return 'image/svg+xml'
  if (doctype === 'html' || (isXml ? /^<html(?=[\s/>]|$)/i : htmlTag).test(rest)) return 'text/html'
  // A browser that reads XML obeys namespaces below the first element too.
  if (isXml) return text.includes('www.w3.org/2000/svg') ? 'image/svg+xml' : text.includes('www.w3.org/1999/xhtml') ? 'text/html' : 'application/xml'
  if (/^<(?:[a-z][\w.-]{0,30}:)?[a-z][\w.-]*\s[^>]{0,2000}www\.w3\.org\/2000\/svg/i.test(rest)) return 'image/svg+xml'
  // A comment opens HTML for browsers, whatever follows it.
  return /^\s*<!--/.test(text) ? 'text/html' : 'text/plain'
}

function decode(bytes: Uint8Array): string | null {
  const mark = (bytes[0]! << 8) | bytes[1]!
  if (bytes.length >= 2 && (mark === 0xfeff || mark === 0xfffe)) {
    return new TextDecoder(mark === 0xfeff ? 'utf-16be' : 'utf-16le').decode(bytes)
  }
  // Control characters that no text has. Bytes above 127 may be any of the older encodings.
  for (const byte of bytes) {
    if (byte < 9 || byte === 11 || (byte > 13 && byte < 32 && byte !== 27)) return null
  }
  return new TextDecoder('utf-8').decode(bytes)
}

function afterProlog(text: string): { readonly rest: string, readonly isXml: boolean, readonly doctype: string } {
  let rest = text.trimStart()
  let isXml = false
  let doctype = ''
  for (;;) {
    let end: number
    if (rest.startsWith('<!--')) end = endAfter(rest, '-->')
    else if (rest.startsWith('<?')) {
      isXml ||= /^<\?xml\b/i.test(rest)
      end = endAfter(rest, '?>')
    } else if (/^<!doctype/i.test(rest)) {
      doctype = /^<!doctype\s+([\w:.-]{1,40})/i.exec(rest)?.[1]?.toLowerCase() ?? ''
      const subset = /^[^>[]*\[/.test(rest)
      end = subset ? endAfter(rest, ']') : endAfter(rest, '>')
      if (subset && end !== rest.length) end += Math.max(0, rest.slice(end).indexOf('>') + 1)
    } else return { rest, isXml, doctype }
    rest = rest.slice(end).trimStart()
  }
}

function endAfter(text: string, mark: string): number {
  const position = text.indexOf(mark)
  return position === -1 ? text.length : position + mark.length
}
