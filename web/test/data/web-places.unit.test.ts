import { deepEqual, equal } from 'node:assert/strict'
import type { PluginWeb, WebPartContribution } from '@rookery/sdk/protocol'
import { isShownAt, partsAt, readPartKey, type WebSurroundings } from '../../src/data/web-places.ts'

const plugin = (changes: Partial<PluginWeb> = {}, part: Partial<WebPartContribution> = {}): PluginWeb => ({
  pluginId: 'com.example.board', name: 'Board', version: '1.0.0', isOfRelease: false, frame: '', binding: { scope: 'server' }, isInDirect: false, parts: [{ name: 'open', slot: 'channelHeader', title: 'Open', opens: 'board', ...part }], ...changes,
})
const shows = (web: PluginWeb, around: WebSurroundings): boolean => isShownAt(web, web.parts[0] as WebPartContribution, around)
const open: WebSurroundings = { teamId: 't', channel: { id: 'c', teamId: 't', type: 'O' } }
const direct: WebSurroundings = { teamId: 't', channel: { id: 'd', teamId: '', type: 'D' } }

describe('where parts of plugins are shown', () => {
  it('is where the plugin is at work', () => {
    deepEqual([plugin(), plugin({ isInDirect: true })].map((web) => [shows(web, open), shows(web, direct), shows(web, {})]), [[true, false, true], [true, true, true]])
    const inTeam = plugin({ binding: { scope: 'teams', ids: ['t'] }, isInDirect: true })
    deepEqual([shows(inTeam, open), shows(inTeam, { teamId: 'u' }), shows(inTeam, direct)], [true, false, false])
    const inChannel = plugin({ binding: { scope: 'channels', ids: ['c'] } })
    deepEqual([shows(inChannel, open), shows(inChannel, { ...open, channel: { id: 'x', teamId: 't', type: 'O' } }), shows(inChannel, { teamId: 't' })], [true, false, true])
  })

  it('is what the part says of channels and posts', () => {
    const inPrivate = plugin({}, { when: { channels: ['P'] } })
    deepEqual([shows(inPrivate, open), shows(inPrivate, { ...open, channel: { id: 'p', teamId: 't', type: 'P' } }), shows(inPrivate, { teamId: 't' })], [false, true, false])
    const ballots = plugin({}, { when: { posts: ['custom_ballot', ''] } })
    deepEqual([shows(ballots, { ...open, post: { type: '' } }), shows(ballots, { ...open, post: { type: 'system_join' } }), shows(ballots, open)], [true, false, false])
  })

  it('finds parts by place and by address', () => {
    deepEqual(partsAt([plugin(), plugin({ pluginId: 'other' }, { slot: 'page' })], 'channelHeader', open).map(({ key }) => key), ['com.example.board.open'])
    deepEqual(readPartKey('com.example.board.open'), { pluginId: 'com.example.board', name: 'open' })
    equal(readPartKey('info').pluginId, '')
  })
})
