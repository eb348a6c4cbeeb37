import { createHash } from 'node:crypto'
import { canonicalJson, createSigningKeys, signDescription, type SigningKeys } from '@rookery/sdk/package'
import type { ErrorCode, PackageAcceptance } from '@rookery/sdk/protocol'
import { forge, type ForgedFile, type Forgery } from './forge.ts'

/** A package that must be refused, and how. */
export interface HostilePackage {
  readonly what: string
  readonly bytes: Buffer
  readonly code: ErrorCode
  /** Found in the sentence. */
  readonly says: RegExp
  readonly accept?: PackageAcceptance
}

const hashFile = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export const trusted: SigningKeys = createSigningKeys()
const stranger = createSigningKeys()

const contributes = { transforms: [], guards: [], observers: [], routes: [], commands: [], actions: [], jobs: [], provides: [], migrations: [], lifecycle: [], events: [] }
export const innocent = { id: 'innocent', version: '1.0.0', name: 'Innocent', apiVersion: 1, capabilities: {}, contributes }
const source = Buffer.from('rookery.on("describe", () => ({}))\n')

interface Parts {
  readonly manifest?: Readonly<Record<string, unknown>>
  /** The text of plugin.json itself. */
  readonly text?: string
  readonly keys?: SigningKeys
  readonly signature?: string | null
  readonly source?: Partial<ForgedFile>
  readonly description?: Partial<ForgedFile>
  readonly more?: readonly ForgedFile[]
  /** Hashes of files besides those that are there. */
  readonly hashes?: Readonly<Record<string, string>>
  readonly lies?: Forgery
}

/** A package that is right in all that its maker does not wrong on purpose. */
export function pack({ manifest = innocent, text, keys = trusted, signature, source: sourceLies = {}, description: descriptionLies = {}, more = [], hashes = {}, lies = {} }: Parts = {}): Buffer {
  const files = [{ name: 'plugin.js', bytes: source, ...sourceLies }, ...more]
  const known = Object.fromEntries(files.map(({ name, bytes }) => [String(name), hashFile(bytes)]))
  const description = Buffer.from(text ?? canonicalJson({ ...manifest, files: { ...known, ...hashes } }))
  const signed = signature === null ? [] : [{ name: 'signature.json', bytes: Buffer.from(signature ?? signDescription(description, keys.privateKey)) }]
  return forge([{ name: 'plugin.json', bytes: description, ...descriptionLies }, ...signed, ...files], lies)
}

const file = (name: string | Buffer, parts: Partial<ForgedFile> = {}): ForgedFile => ({ name, bytes: Buffer.from('hello'), ...parts })
const named = (name: string | Buffer): Buffer => pack({ more: [file(name)] })
const zeros = (length: number): Buffer => Buffer.alloc(length)
const mebi = 1024 * 1024
const good = pack()
const without = (name: string): Record<string, unknown> => Object.fromEntries(Object.entries(innocent).filter(([key]) => key !== name))
const signatureOf = (change: (parts: Record<string, string>) => Record<string, unknown>): string => {
  const description = Buffer.from(canonicalJson({ ...innocent, files: { 'plugin.js': hashFile(source) } }))
  return canonicalJson(change(JSON.parse(signDescription(description, trusted.privateKey)) as Record<string, string>))
}

const unreadable = (what: string, bytes: Buffer, says: RegExp): HostilePackage => ({ what, bytes, code: 'package_unreadable', says })
const tooLarge = (what: string, bytes: Buffer, says: RegExp): HostilePackage => ({ what, bytes, code: 'package_too_large', says })
const refused = (what: string, bytes: Buffer, says: RegExp): HostilePackage => ({ what, bytes, code: 'package_name_refused', says })
const altered = (what: string, bytes: Buffer, says: RegExp): HostilePackage => ({ what, bytes, code: 'package_altered', says })
const invalid = (what: string, bytes: Buffer, says: RegExp): HostilePackage => ({ what, bytes, code: 'package_invalid', says })
const wrong = (what: string, bytes: Buffer): HostilePackage => ({ what, bytes, code: 'package_signature_wrong', says: /signature of the package is wrong/, accept: 'unsigned' })

/** Sixty and more, by what they try. */
const ofVersion = (version: string): Buffer => pack({ manifest: { ...innocent, version } })

/** Honest once, and sent again when a later version is here. */
export const replayedPackages: readonly HostilePackage[] = ['0.9.99', '0.1.0', '1.0.0-rc.2', '1.0.0-0'].map((version) => (
  { what: `version ${version}`, bytes: ofVersion(version), code: 'plugin_version_older', says: /older than 1\.0\.0/ }))

export const hostilePackages: Readonly<Record<string, readonly HostilePackage[]>> = {
  'no archive of ours': [
    unreadable('nothing at all', zeros(0), /no zip archive/),
    unreadable('a tarball', Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), zeros(1000)]), /no zip archive/),
    unreadable('text', Buffer.from('{"id":"innocent"}'), /no zip archive/),
    unreadable('an archive without files', forge([]), /empty/),
    unreadable('one that broke off', good.subarray(0, good.length - 30), /no zip archive/),
    unreadable('data behind its end', pack({ lies: { after: Buffer.from('#!/bin/sh') } }), /follows its end/),
    unreadable('a comment', pack({ lies: { comment: Buffer.from('hello') } }), /follows its end, or a comment/),
    unreadable('a second archive in front', Buffer.concat([good, pack({ manifest: { ...innocent, id: 'other' } })]), /list of files does not lie where it says/),
    unreadable('a program in front', pack({ lies: { before: Buffer.from('MZ') } }), /one after the other/),
    unreadable('bytes between its files', pack({ lies: { betweenFiles: Buffer.from('hidden') } }), /one after the other/),
    unreadable('bytes before its list', pack({ lies: { beforeList: Buffer.from('hidden') } }), /between its files and the list/),
    unreadable('bytes after its list', pack({ lies: { afterList: Buffer.from('hidden') } }), /list of files does not lie where it says/),
    unreadable('a list that is shorter than it says', pack({ lies: { count: 9 } }), /list of files is not as long/),
    unreadable('a list that is longer than it says', pack({ lies: { count: 2 } }), /list of files is not as long/),
    unreadable('a list that begins elsewhere', pack({ lies: { listAt: 4 } }), /does not lie where it says/),
    unreadable('one part of several', pack({ lies: { disk: 1 } }), /part of several/),
    unreadable('two counts', pack({ lies: { countHere: 1 } }), /part of several/),
    unreadable('the marks of zip64 in the end', pack({ lies: { listAt: 0xffffffff } }), /four gigabytes/),
    unreadable('a locator of zip64', pack({ lies: { afterList: Buffer.concat([Buffer.from([0x50, 0x4b, 0x06, 0x07]), zeros(16)]) } }), /four gigabytes/),
    unreadable('two files on the same bytes', pack({ source: { offset: 0 } }), /one after the other/),
    unreadable('a header that is none', pack({ source: { local: { signature: 0x08074b50 } } }), /does not lie where the list says/),
  ],
  'two things said of one file': [
    refused('another name in its own header', pack({ source: { local: { name: 'plugin.jx' } } }), /something else of it than its own header/),
    refused('another size in its own header', pack({ source: { local: { size: 1 } } }), /something else of it than its own header/),
    refused('another packed size in its own header', pack({ source: { local: { packedSize: 1 } } }), /something else of it than its own header/),
    refused('another checksum in its own header', pack({ source: { local: { crc: 1 } } }), /something else of it than its own header/),
    refused('another way of packing in its own header', pack({ source: { local: { method: 0 } } }), /something else of it than its own header/),
    refused('encrypted in its own header', pack({ source: { local: { flags: 1 } } }), /something else of it than its own header/),
    refused('the size of zip64', pack({ source: { size: 0xffffffff, local: { size: 0xffffffff } } }), /four gigabytes/),
    refused('extra fields in the list', pack({ source: { extra: Buffer.from([1, 0, 4, 0, 1, 2, 3, 4]) } }), /extra fields/),
    refused('another name in an extra field', pack({ source: { extra: Buffer.concat([Buffer.from([0x75, 0x70, 10, 0, 1, 0, 0, 0, 0]), Buffer.from('../x')]) } }), /extra fields/),
    refused('a comment on a file', pack({ source: { comment: Buffer.from('hello') } }), /comment/),
    refused('a file on another disk', pack({ source: { disk: 1 } }), /another archive/),
    refused('a size that stands behind it', pack({ source: { flags: 0x0008 } }), /size stands behind it/),
    refused('encryption', pack({ source: { flags: 0x0001 } }), /encrypted/),
    refused('strong encryption', pack({ source: { flags: 0x0041 } }), /encrypted/),
    refused('a masked header', pack({ source: { flags: 0x2000 } }), /encrypted/),
    refused('another way of packing', pack({ source: { method: 93, packed: source } }), /not known here/),
    refused('a stored file of two sizes', pack({ source: { method: 0, size: 5, local: { size: 5 } } }), /two sizes/),
  ],
  'names': [
    refused('one that leaves the folder', named('../../etc/cron.d/plugin'), /lead out/),
    refused('one that leaves it in the middle', named('i18n/../../x'), /lead out/),
    refused('one that begins at the root', named('/etc/passwd'), /root/),
    refused('one with a drive', named('C:/windows/x.dll'), /drive/),
    refused('one with backslashes', named('..\\..\\x'), /backslashes/),
    refused('a folder', named('i18n/'), /files and no folders/),
    refused('a name of nothing', named(''), /empty parts/),
    refused('empty parts', named('i18n//en.json'), /empty parts/),
    refused('a part that is a dot', named('./plugin.js'), /empty parts/),
    refused('a hidden file', named('.npmrc'), /begins with a dot/),
    refused('a dot at the end', named('plugin.js.'), /ends with a dot/),
    refused('a device of Windows', named('i18n/aux.json'), /device/),
    refused('a NUL character', named('plugin.js\u0000.txt'), /letters from a to z/),
    refused('a line break', named('a\nb'), /letters from a to z/),
    refused('letters that look like others', named('plugіn.js'), /letters from a to z/),
    refused('a word written from right to left', named('a\u202Esj.txt'), /letters from a to z/),
    refused('two forms of one letter', pack({ more: [file('caf\u00e9.txt'), file('cafe\u0301.txt')] }), /letters from a to z/),
    refused('bytes that are no characters', named(Buffer.from([0x61, 0xc0, 0xaf, 0x62])), /letters from a to z/),
    refused('a stream behind a file', named('plugin.js:hidden'), /letters from a to z/),
    refused('one that is too long', named('a'.repeat(201)), /at most 200/),
    refused('folders in folders', named('a/'.repeat(9) + 'b'), /8 folders deep/),
    refused('one name twice', pack({ more: [file('plugin.js')] }), /twice/),
    refused('names that differ by case', pack({ more: [file('PLUGIN.js')] }), /some systems take it for plugin\.js/),
    refused('a file that is a folder too', pack({ more: [file('i18n'), file('i18n/en.json')] }), /file and a folder/),
  ],
  'what is no file': [
    refused('a link', pack({ more: [file('link', { attributes: 0o120777 * 0x10000, bytes: Buffer.from('/etc/passwd') })] }), /link/),
    refused('a device', pack({ more: [file('null', { attributes: 0o020666 * 0x10000 })] }), /device/),
    refused('a disk', pack({ more: [file('sda', { attributes: 0o060666 * 0x10000 })] }), /device/),
    refused('a pipe', pack({ more: [file('pipe', { attributes: 0o010666 * 0x10000 })] }), /pipe/),
    refused('a folder without a slash', pack({ more: [file('folder', { attributes: 0o040755 * 0x10000 })] }), /folder/),
    refused('a folder of DOS', pack({ more: [file('folder', { attributes: 0x10 })] }), /folder/),
  ],
  'bombs': [
    tooLarge('one that grows a thousand times', pack({ more: [file('zeros', { bytes: zeros(8 * mebi) })] }), /grows more than 100 times/),
    tooLarge('a file that is too large', pack({ more: [file('large', { size: 17 * mebi, local: { size: 17 * mebi } })] }), /more than 16777216 bytes/),
    tooLarge('files that are too large together', pack({ more: Array.from({ length: 5 }, (_, index) => file(`part-${index}`, { size: 15 * mebi, packed: zeros(200_000), local: { size: 15 * mebi } })) }), /unpacked it has more than/),
    tooLarge('too many files', pack({ more: Array.from({ length: 500 }, (_, index) => file(`file-${index}`)) }), /more than 500 files/),
    tooLarge('an archive that is too large', Buffer.concat([good, zeros(17 * mebi)]), /more than 16777216 bytes/),
    altered('one that grows beyond what it says', pack({ more: [file('zeros', { bytes: zeros(mebi), size: 1000, local: { size: 1000 } })] }), /larger than it says/),
    altered('one that stays below what it says', pack({ more: [file('few', { size: 1000, local: { size: 1000 } })] }), /smaller than it says/),
    altered('packed bytes that are noise', pack({ source: { packed: Buffer.from('this was never packed') } }), /cannot be unpacked/),
    altered('bytes hidden behind the packed ones', pack({ source: { packed: Buffer.concat([Buffer.from([0x03, 0x00]), Buffer.from('hidden')]), size: 0, crc: 0 } }), /ends before its packed bytes do/),
    altered('another checksum', pack({ source: { crc: 7 } }), /checksum/),
  ],
  'altered contents': [
    altered('code that was exchanged', pack({ hashes: { 'plugin.js': hashFile(Buffer.from('another')) } }), /another hash/),
    altered('a file that nobody packed', pack({ text: canonicalJson({ ...innocent, files: { 'plugin.js': hashFile(source) } }), more: [file('extra.js')] }), /knows nothing of extra\.js/),
    altered('a file that was taken out', pack({ hashes: { 'README.md': hashFile(source) } }), /README\.md.* is missing/),
    altered('a file by the name of a prototype', pack({ text: canonicalJson({ ...innocent, files: { 'plugin.js': hashFile(source) } }), more: [file('constructor')] }), /knows nothing of constructor/),
    altered('a hash of the description itself', pack({ hashes: { 'plugin.json': hashFile(source) } }), /plugin\.json.* is missing/),
  ],
  'signatures': [
    { what: 'no signature', bytes: pack({ signature: null }), code: 'package_unsigned', says: /not signed/ },
    { what: 'no signature where anybody may sign', bytes: pack({ signature: null }), code: 'package_unsigned', says: /not signed/, accept: 'signed' },
    { what: 'a signer whom nobody knows', bytes: pack({ keys: stranger }), code: 'package_signer_unknown', says: new RegExp(stranger.publicKey.replaceAll(/[+/=]/g, '.')) },
    wrong('a signature of something else', pack({ manifest: { ...innocent, name: 'Other' }, signature: signatureOf((parts) => parts) })),
    wrong('the key of one and the signature of another', pack({ signature: signatureOf((parts) => ({ ...parts, publicKey: stranger.publicKey })) })),
    wrong('a signature of nothing', pack({ signature: signatureOf((parts) => ({ ...parts, signature: zeros(64).toString('base64') })) })),
    wrong('a key of nothing', pack({ signature: signatureOf((parts) => ({ ...parts, publicKey: zeros(32).toString('base64'), signature: zeros(64).toString('base64') })) })),
    wrong('a key of another length', pack({ signature: signatureOf((parts) => ({ ...parts, publicKey: 'AAAA' })) })),
    wrong('another algorithm', pack({ signature: signatureOf((parts) => ({ ...parts, algorithm: 'none' })) })),
    wrong('fields besides', pack({ signature: signatureOf((parts) => ({ ...parts, trusted: true })) })),
    wrong('text that is no signature', pack({ signature: 'trust me' })),
    wrong('another spelling of the key', pack({ signature: signatureOf((parts) => ({ ...parts, publicKey: `${parts['publicKey'] ?? ''}\n` })) })),
  ],
  'descriptions': [
    invalid('none', forge([file('plugin.js')]), /no plugin\.json/),
    invalid('no code', forge([{ name: 'plugin.json', bytes: Buffer.from(canonicalJson({ ...innocent, files: {} })) }]), /no plugin\.js/),
    invalid('code that is empty', pack({ source: { bytes: zeros(0), method: 0 } }), /no plugin\.js/),
    invalid('code that is no text', pack({ source: { bytes: Buffer.from([0x66, 0xff, 0xfe]) } }), /not UTF-8/),
    invalid('no JSON', pack({ text: '{id: innocent}' }), /cannot be read/),
    invalid('a field twice', pack({ text: `{"id":"other",${canonicalJson({ ...innocent, files: { 'plugin.js': hashFile(source) } }).slice(1)}` }), /canonical/),
    invalid('spaces', pack({ text: JSON.stringify({ ...innocent, files: { 'plugin.js': hashFile(source) } }, null, 2) }), /canonical/),
    invalid('a prototype', pack({ text: '{"__proto__":{"isTrusted":true}}' }), /cannot be read/),
    invalid('a NUL character', pack({ manifest: { ...innocent, name: 'a\u0000b' } }), /NUL/),
    invalid('half a character', pack({ manifest: { ...innocent, name: '\ud800' } }), /half of a character/),
    invalid('values in values', pack({ text: `${'['.repeat(5000)}${']'.repeat(5000)}` }), /nested deeper/),
    invalid('no id', pack({ manifest: without('id') }), /id is not valid: it is missing/),
    invalid('an id that leads out', pack({ manifest: { ...innocent, id: '../x' } }), /id is not valid/),
    invalid('an id that looks like another', pack({ manifest: { ...innocent, id: 'іnnocent' } }), /id is not valid/),
    invalid('a version that is none', pack({ manifest: { ...innocent, version: 'latest' } }), /version is not valid/),
    invalid('a description of another time', pack({ manifest: { ...innocent, apiVersion: 2 } }), /apiVersion is not valid/),
    invalid('fields that nobody knows', pack({ manifest: { ...innocent, isTrusted: true } }), /isTrusted is not valid/),
    invalid('nothing of what it adds', pack({ manifest: without('contributes') }), /contributes is not valid/),
    invalid('a capability that there is not', pack({ manifest: { ...innocent, capabilities: { root: { reason: 'Why not?' } } } }), /no capability root/),
    invalid('a capability without a reason', pack({ manifest: { ...innocent, capabilities: { db: {} } } }), /reason is not valid/),
    invalid('a guard that it does not ask for', pack({ manifest: { ...innocent, contributes: { ...contributes, guards: [{ operation: 'posts.create', needs: [], onFailure: 'closed' }] } } }), /posts:guard/),
    invalid('an observer of what nobody may hear', pack({ manifest: { ...innocent, contributes: { ...contributes, observers: [{ name: 'x', event: 'session.ended', needs: [] }] } } }), /cannot be observed/),
    invalid('a regular expression that never ends', pack({ manifest: { ...innocent, capabilities: { 'posts:guard': { reason: 'x' } }, contributes: { ...contributes, guards: [{ operation: 'posts.create', needs: [], onFailure: 'open', filter: { matches: '(?=a)' } }] } } }), /filter is not valid/),
    invalid('a heap of a terabyte', pack({ manifest: { ...innocent, limits: { heapMegabytes: 1_000_000 } } }), /heapMegabytes is not valid/),
    tooLarge('more than anybody reads', pack({ text: `{"id":"${'a'.repeat(3 * mebi)}"}`, description: { method: 0 } }), /plugin\.json has more than/),
    tooLarge('code that no host takes', pack({ source: { bytes: Buffer.alloc(9 * mebi, 'x = 1\n'), method: 0 } }), /plugin\.js has more than/),
  ],
}
