import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import sharp from 'sharp'
import { RookeryError } from '@rookery/sdk/protocol'
import { createImages } from '../../src/images/index.ts'

const log = { warn: () => {} }
const images = createImages({ log })
const solid = (width: number, height: number, background: string, channels: 3 | 4 = 3) => sharp({ create: { width, height, channels, background } })
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof RookeryError ? error.code : String(error)
  }
}

/** Red above blue as stored; its EXIF data ask to turn it by a quarter, so that it is 200 wide with the red at the right. */
const turned = (): Promise<Buffer> => solid(100, 200, '#00f').composite([{ input: { create: { width: 100, height: 100, channels: 3, background: '#f00' } }, top: 0, left: 0 }])
  .jpeg({ quality: 100 }).withExif({ IFD0: { Artist: 'Ada' } }).withMetadata({ orientation: 6 }).toBuffer()

const animation = async (frames: number, size = 300, format: 'gif' | 'webp' = 'gif'): Promise<Buffer> => {
  const stills = await Promise.all(Array.from({ length: frames }, (_, index) => solid(size, size, `rgb(${index * 40},0,0)`).png().toBuffer()))
  return sharp(stills, { join: { animated: true } }).toFormat(format).toBuffer()
}

describe('images', () => {
  let folder: string
  const file = async (name: string, bytes: Uint8Array | string): Promise<string> => {
    await writeFile(join(folder, name), bytes)
    return join(folder, name)
  }
  before(async () => { folder = await mkdtemp(join(tmpdir(), 'rookery-images-')) })
  after(async () => { await rm(folder, { recursive: true }) })

  it('are inspected from a path, a stream or bytes, as people see them', async () => {
    const bytes = await turned()
    const path = await file('turned.jpg', bytes)
    const facts = { width: 200, height: 100, format: 'jpeg', hasAlpha: false, pages: 1 }
    assert.deepEqual(await Promise.all([path, createReadStream(path, { highWaterMark: 100 }), bytes].map((source) => images.inspect(source))), [facts, facts, facts])
    assert.deepEqual(await images.inspect(await animation(3, 20)), { width: 20, height: 20, format: 'gif', hasAlpha: true, pages: 3 })
  })

  it('become previews: upright, without metadata, at most 1920 wide', async () => {
    const preview = await images.preview(await file('turned2.jpg', await turned()))
    const { exif, orientation } = await sharp(preview.bytes).metadata()
    assert.deepEqual({ ...preview, bytes: 0, exif, orientation }, { bytes: 0, format: 'jpeg', width: 200, height: 100, exif: undefined, orientation: undefined })
    const { data, info } = await sharp(preview.bytes).raw().toBuffer({ resolveWithObject: true })
    const right = (info.width - 5) * info.channels
    assert.ok(data[right]! > 200 && data[right + 2]! < 60, 'the red is at the right')
    const wide = await images.preview(await solid(4000, 1000, '#0f08', 4).png().toBuffer())
    assert.deepEqual([wide.format, wide.width, wide.height], ['png', 1920, 480])
    const long = await images.preview(await solid(10, 70_000, '#0f0').png().toBuffer())
    assert.ok(long.height <= 16_384)
  })

  it('become thumbnails that fill their frame', async () => {
    const sizes = await Promise.all([[1000, 500], [500, 1000], [50, 40], [3000, 20]].map(async ([width, height]) => {
      const made = await images.thumbnail(await solid(width!, height!, '#123').jpeg().toBuffer())
      return [made.format, made.width, made.height]
    }))
    assert.deepEqual(sizes, [['jpeg', 120, 100], ['jpeg', 120, 100], ['jpeg', 50, 40], ['jpeg', 120, 20]])
  })

  it('become mini previews and avatars', async () => {
    const mini = await images.miniPreview(await solid(300, 100, '#0000', 4).png().toBuffer())
    const { format, width, height } = await sharp(mini).metadata()
    assert.deepEqual({ format, width, height }, { format: 'jpeg', width: 16, height: 16 })
    assert.ok(mini.length < 1000 && (await sharp(mini).raw().toBuffer()).every((value) => value > 250), 'transparent is white')
    const avatar = await sharp(await images.avatar(await turned())).metadata()
    assert.deepEqual([avatar.format, avatar.width, avatar.height, avatar.exif], ['png', 128, 128, undefined])
  })

  it('become emoji, moving where they moved', async () => {
    const moving = await images.emoji(await animation(3))
    assert.deepEqual([moving.format, moving.width, moving.height, (await sharp(moving.bytes).metadata()).pages], ['gif', 128, 128, 3])
    assert.equal((await images.emoji(await animation(2, 64, 'webp'))).format, 'webp')
    const still = await images.emoji(await turned())
    assert.deepEqual([still.format, still.width, still.height], ['png', 128, 64])
    const small = await images.emoji(await solid(20, 10, '#123').jpeg().toBuffer())
    assert.deepEqual([small.format, small.width, small.height], ['png', 20, 10])
    assert.deepEqual(await Promise.all([
      codeOf(images.emoji(Buffer.alloc(512 * 1024 + 1))), codeOf(images.emoji(Buffer.from('no image'))), codeOf(images.emoji(await solid(8000, 8000, '#000').png().toBuffer())),
    ]), ['emoji_too_large', 'emoji_image_invalid', 'emoji_too_large'])
  })

  it('are refused when they are bombs, broken, or no images', async () => {
    const bomb = await sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: '#000' } }).png().toBuffer()
    const path = await file('bomb.png', bomb)
    assert.deepEqual(await Promise.all([images.inspect(path), images.inspect(createReadStream(path)), images.preview(path), images.avatar(bomb)].map(codeOf)), Array(4).fill('image_too_large'))
    const whole = await solid(500, 500, '#abc').png().toBuffer()
    const broken: (string | Buffer)[] = ['', 'text', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', whole.subarray(0, 60), Buffer.concat([whole.subarray(0, 200), Buffer.alloc(500)])]
    for (const content of broken) {
      const bytes = Buffer.from(content)
      assert.deepEqual(await Promise.all([images.preview(bytes), images.preview(Readable.from([bytes]))].map(codeOf)), ['image_invalid', 'image_invalid'], String(content).slice(0, 20))
    }
    assert.match(await codeOf(images.preview(join(folder, 'missing.png'))), /ENOENT/)
    const failing = new Readable({ read() { this.destroy(new Error('the disk is gone')) } })
    assert.notEqual(await codeOf(images.inspect(failing)), 'done')
  })

  it('wait their turn, and are refused when too many wait', async () => {
    const few = createImages({ log, concurrency: 1, maximumQueue: 1 })
    const bytes = await solid(300, 300, '#abc').png().toBuffer()
    assert.deepEqual(await Promise.all([few.preview(bytes), few.preview(bytes), few.preview(bytes)].map(codeOf)), ['done', 'done', 'unavailable'])
  })
})

describe('the picture of a user who uploaded none', () => {
  it('shows the letter in white on a colour of the user, without any font', async () => {
    const seen = new Set<string>()
    for (const letter of 'abcdefghijklmnopqrstuvwxyz0123456789_') {
      const png = await images.initialsAvatar({ userId: 'u1', username: letter })
      const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
      assert.deepEqual([info.width, info.height], [128, 128])
      let white = 0
      for (let index = 0; index < data.length; index += 3) if (data[index]! > 240 && data[index + 1]! > 240 && data[index + 2]! > 240) white += 1
      const share = white / (128 * 128)
      assert.ok(share > 0.03 && share < 0.2, `${letter} covers ${share}`)
      seen.add(data.toString('latin1'))
    }
    assert.equal(seen.size, 37)
  })

  it('is the same each time, and has colours that differ between users', async () => {
    const draw = (userId: string) => images.initialsAvatar({ userId, username: '.ada' })
    assert.deepEqual(await draw('u1'), await draw('u1'))
    const corners = await Promise.all(Array.from({ length: 40 }, async (_, index) => (await sharp(await draw(`user${index}`)).removeAlpha().raw().toBuffer()).subarray(0, 3)))
    assert.ok(new Set(corners.map(String)).size > 8)
    const luminance = (rgb: Buffer): number => {
      const [red, green, blue] = [...rgb].map((value) => { const part = value / 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4 })
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
    }
    assert.ok(corners.every((corner) => 1.05 / (luminance(corner) + 0.05) >= 4.4))
  })
})
