import { gzipSync } from 'node:zlib'
import { limitsOf, webSlots, type PluginManifest, type WebPartContribution } from '@rookery/sdk/protocol'

/** What an action can open: what has an address of its own. */
const opened: ReadonlySet<string> = new Set(['sidePanel', 'page'])
/** Beside what a plugin says of itself in a frame of its own, each message would have one. */
const besideMessages: ReadonlySet<string> = new Set(['postBody', 'postFooter'])
/** These have all the room there is. */
const filling: ReadonlySet<string> = new Set(['sidePanel', 'page', 'adminPage'])

/** Says in words what does not go together in the web parts of a manifest, or undefined. */
export function faultOfWebParts({ contributes: { webParts = [], actions } }: PluginManifest): string | undefined {
  for (const part of webParts) {
    const fault = faultOfPart(part, webParts, actions.map(({ name }) => name))
    if (fault !== undefined) return `its web part ${part.name} ${fault}`
  }
  return undefined
}

function faultOfPart({ slot, opens, asks, inserts, height, when }: WebPartContribution, all: readonly WebPartContribution[], actions: readonly string[]): string | undefined {
  const deeds = [opens, asks, inserts].filter((deed) => deed !== undefined).length
  if (webSlots[slot] === 'view') {
    if (deeds > 0) return `is a view: at ${slot} it draws, and opens or asks nothing`
    if (besideMessages.has(slot) && !when?.posts) return `is shown with messages, and does not say with which types (when.posts)`
    if (filling.has(slot) && height) return `has all the room at ${slot}, and no height`
    if (height?.most !== undefined && height.most < height.first) return 'has less room at most than at first'
    return undefined
  }
  if (height) return 'is no view, and has no height'
  if (deeds > 1) return 'does more than one thing'
  if (inserts !== undefined && slot !== 'composer') return 'inserts text where there is no composer'
  if (opens !== undefined && !all.some((other) => other.name === opens && opened.has(other.slot))) return `opens ${opens}, which is no side panel or page of the plugin`
  if (asks !== undefined && !actions.includes(asks)) return `asks ${asks}, which is no action of the plugin`
  return undefined
}

/**
 * Says in words what is wrong with the web code of a package, or undefined. Of what came with the release the page draws
 * some parts by modules of its own; a package brings all that it shows.
 */
export function faultOfWebCode({ contributes: { webParts = [] }, limits, web }: PluginManifest, script: Uint8Array | undefined): string | undefined {
  if ((script === undefined) !== (web === undefined)) return script ? 'it has web code of which plugin.json says nothing' : 'its web code is missing'
  const view = webParts.find(({ slot }) => webSlots[slot] === 'view')
  if (view && !script) return `its web part ${view.name} is a view, and it has no web code`
  if (webParts.some(({ slot }) => slot === 'account' )) return 'only plugins of the release are shown beside the account'
  const idle = webParts.find(({ slot, opens, asks, inserts }) => webSlots[slot] === 'action' && opens === undefined && asks === undefined && inserts === undefined)
  if (idle) return `its web part ${idle.name} does nothing`
  if (!script || !web) return undefined
  if (script.length !== web.bytes) return `its web code has another length than plugin.json says`
  const packedBytes = gzipSync(script).length
  const budget = limitsOf({ limits }).webKilobytes
  return packedBytes > budget * 1024 ? `its web code has ${Math.ceil(packedBytes / 1024)} KB packed, and may have ${budget}` : undefined
}
