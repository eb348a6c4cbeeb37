import { inputsOf, pressablesOf, RookeryError, type ActionsBlock, type BlockElement, type Blocks, type InputBlock, type Pressable } from '@rookery/sdk/protocol'
import type { TextSeal } from '../../plugin-storage/index.ts'

/** Where something stands that was pressed. */
export interface PressedPlace {
  readonly pluginId: string
  readonly kind: 'post' | 'ephemeral' | 'panel' | 'none'
  readonly postId: string
  readonly rootId: string
  readonly channelId: string
  readonly teamId: string
  readonly panel: string
  /** To whom alone it is shown; '' for what all see. */
  readonly userId: string
  /** Of what is shown to one person: when it came. */
  readonly createAt: number
}

/** What the server remembers of a press that it does not find in a post: only it can say so. */
export interface SealedPress {
  readonly blocks: true
  readonly place: PressedPlace
  readonly pressable: Pressable
  readonly inputs: readonly InputBlock[]
}

/** In characters: they are sealed with each button. */
const maximumInputsLength = 8000

const withoutCookie = <Thing extends { readonly cookie?: string }>({ cookie: _given, ...rest }: Thing): Omit<Thing, 'cookie'> => rest

/** Blocks with what `cookieOf` makes of everything that can be pressed; a cookie that somebody else wrote there is gone. */
function withCookies(blocks: Blocks, cookieOf: (pressable: Pressable) => string | undefined): Blocks {
  const marked = <Thing extends Pressable>(thing: Thing): Thing => {
    const cookie = cookieOf(thing)
    return { ...withoutCookie(thing), ...(cookie !== undefined && { cookie }) } as Thing
  }
  const element = (each: BlockElement): BlockElement => (each.kind === 'link' ? each : marked(each))
  return blocks.map((block) => {
    if (block.kind === 'actions') return { ...block, elements: (block as ActionsBlock).elements.map(element) }
    if (block.kind === 'checklist') return marked(block as Extract<Pressable, { kind: 'checklist' }>)
    return block.kind === 'section' && 'accessory' in block && block.accessory ? { ...block, accessory: element(block.accessory) } : block
  })
}

export const withoutCookies = (blocks: Blocks): Blocks => withCookies(blocks, () => undefined)

/** For blocks that are stored nowhere: everything that can be pressed says itself where it belongs. */
export async function sealPresses(blocks: Blocks, place: PressedPlace, actionSeal: TextSeal): Promise<Blocks> {
  const inputs = inputsOf(blocks)
  if (JSON.stringify(inputs).length > maximumInputsLength) throw new RookeryError('invalid_input', { field: 'blocks', reason: `inputs of what is stored nowhere have at most ${maximumInputsLength} characters` })
  const cookies = new Map<string, string>()
  for (const pressable of pressablesOf(blocks)) {
    const sealed: SealedPress = { blocks: true, place, pressable: withoutCookie(pressable) as Pressable, inputs: pressable.kind === 'button' ? inputs : [] }
    cookies.set(pressable.id, await actionSeal.seal(JSON.stringify(sealed)))
  }
  return withCookies(blocks, ({ id }) => cookies.get(id))
}

/** Opens a cookie of blocks; undefined where it is one of something else. Throws `action_stale` where it is none of ours. */
export async function openPress(cookie: string, actionSeal: TextSeal): Promise<SealedPress | undefined> {
  const text = await actionSeal.open(cookie).catch(() => { throw new RookeryError('action_stale') })
  const sealed = JSON.parse(text) as Partial<SealedPress>
  return sealed.blocks === true ? sealed as SealedPress : undefined
}
