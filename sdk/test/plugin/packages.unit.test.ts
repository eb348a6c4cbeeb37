import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import path from 'node:path'
import { packPlugin } from '../../src/bundle/index.ts'
import { canonicalJson, createSigningKeys, packageFiles, readArchive, signPackage, verifySignature, writeArchive } from '../../src/package/index.ts'

const fixtures = path.join(import.meta.dirname, '../../../test/fixtures/plugins')

describe('Packages', () => {
  it('are the same bytes for the same sources, and keep them when they are signed', async () => {
    const { id, version, bytes } = await packPlugin(path.join(fixtures, 'first'))
    deepEqual([id, version], ['first', '1.0.0'])
    equal((await packPlugin(path.join(fixtures, 'first'))).bytes.equals(bytes), true)
    const one = createSigningKeys()
    const other = createSigningKeys()
    const signed = await signPackage(await signPackage(bytes, other.privateKey), one.privateKey)
    const files = await readArchive(signed)
    deepEqual([...files.keys()], ['plugin.json', 'signature.json', 'plugin.js'])
    const description = files.get(packageFiles.description) as Buffer
    equal(verifySignature(description, files.get(packageFiles.signature)?.toString() ?? ''), one.publicKey)
    throws(() => verifySignature(Buffer.concat([description, Buffer.from(' ')]), files.get(packageFiles.signature)?.toString() ?? ''), { code: 'package_signature_wrong' })
  })

  it('are signed with keys of one kind, and only where there is something to sign', async () => {
    const { bytes } = await packPlugin(path.join(fixtures, 'tick'))
    const strange = generateKeyPairSync('x25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string
    await rejects(signPackage(bytes, strange), TypeError)
    const chunks: Buffer[] = []
    for await (const chunk of writeArchive([{ path: 'README.md', bytes: Buffer.from('hello') }])) chunks.push(chunk)
    await rejects(signPackage(Buffer.concat(chunks), createSigningKeys().privateKey), { code: 'package_invalid' })
  })

  it('have one text for one description', () => {
    equal(canonicalJson({ b: [1, { d: null, c: 'é' }], a: true, gone: undefined }), '{"a":true,"b":[1,{"c":"é","d":null}]}')
    equal(canonicalJson(['\u2028', '\ud800']), '["\u2028","\\ud800"]')
  })
})
