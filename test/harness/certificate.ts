import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts)
const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
const bits = (bytes: Buffer): Buffer => der(0x03, Buffer.from([0]), bytes)
const time = (at: number): Buffer => der(0x17, Buffer.from(`${new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`))

/** A certificate for these names, signed by itself; made anew each time, so no private key lies about. */
export function createCertificate(...names: readonly string[]): { readonly key: KeyObject, readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = sequence(identifier('2a8648ce3d040302'))
  const name = sequence(der(0x31, sequence(identifier('550403'), der(0x0c, Buffer.from(names[0] ?? '')))))
  const extension = (id: string, value: Buffer): Buffer => sequence(identifier(id), der(0x04, value))
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), der(0x02, Buffer.from([1])), ecdsaWithSha256, name, sequence(time(Date.now() - 86_400_000), time(Date.now() + 86_400_000)), name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension('551d13', sequence(der(0x01, Buffer.from([0xff])))), extension('551d11', sequence(...names.map((each) => der(0x82, Buffer.from(each))))))),
  )
  const cert = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, privateKey)))
  return { key: privateKey, cert: `-----BEGIN CERTIFICATE-----\n${cert.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n` }
}
