import assert from 'node:assert/strict'
import documented from '../data/events.json' with { type: 'json' }
import { eventsWithoutEntity } from '../events.ts'
import { createContract } from '../schemas.ts'
import { examples, exampleId } from './examples.ts'

const contract = createContract()
const nobody = { omit_users: null, user_id: '', channel_id: '', team_id: '', connection_id: '', omit_connection_id: '' }
const inChannel = { ...nobody, channel_id: exampleId('c') }
const forUser = { ...nobody, user_id: exampleId('u') }

const check = (event: string, data: object, broadcast: object = nobody, seq: number = 1): string[] => contract.checkEvent({ event, data, broadcast, seq })

const posted = {
  post: JSON.stringify(examples.Post),
  channel_type: 'O',
  channel_display_name: 'Town Square',
  channel_name: 'town-square',
  sender_name: '@ann',
  team_id: exampleId('t'),
  set_online: true,
}

describe('events of the contract', () => {
  it('knows all events, and the shape of all but those of features without one', () => {
    assert.equal(documented.length, 104)
    assert.deepEqual(eventsWithoutEntity().map((line) => line.split(' ')[0]), ['channel_join_request_created', 'channel_join_request_updated', 'open_dialog'])
  })

  it('takes good events, parsed and as text', () => {
    const message = { event: 'posted', data: posted, broadcast: inChannel, seq: 3 }
    assert.deepEqual(contract.checkEvent(message), [])
    assert.deepEqual(contract.checkEvent(JSON.stringify(message)), [])
    assert.deepEqual(check('posted', { ...posted, mentions: JSON.stringify([exampleId('u')]), image: 'true' }, inChannel), [])
    assert.deepEqual(check('typing', { parent_id: '', user_id: exampleId('u') }, { ...inChannel, omit_users: { [exampleId('u')]: true } }), [])
    assert.deepEqual(check('user_updated', { user: examples.User }), [])
    assert.deepEqual(check('sidebar_category_order_updated', { order: ['a'] }, forUser), [])
    assert.deepEqual(check('multiple_channels_viewed', { channel_times: { [exampleId('c')]: 1 } }, forUser), [])
    assert.deepEqual(check('custom_com.example.polls_voted', { anything: [1] }), [])
  })

  it('takes each payload that is text of JSON', () => {
    assert.deepEqual(check('reaction_added', { reaction: JSON.stringify(examples.Reaction) }, inChannel), [])
    assert.deepEqual(check('channel_member_updated', { channelMember: JSON.stringify(examples.ChannelMember) }, forUser), [])
    assert.deepEqual(check('thread_updated', { thread: JSON.stringify(examples.Thread) }, forUser), [])
    assert.deepEqual(check('preferences_changed', { preferences: JSON.stringify([examples.Preference]) }, forUser), [])
    assert.deepEqual(check('memberrole_updated', { member: JSON.stringify(examples.TeamMember) }, forUser), [])
    assert.deepEqual(check('emoji_added', { emoji: JSON.stringify(examples.Emoji) }), [])
  })

  it('refuses an object where text of JSON belongs, and the other way round', () => {
    assert.deepEqual(check('reaction_added', { reaction: examples.Reaction }, inChannel).length, 1)
    assert.deepEqual(check('user_updated', { user: JSON.stringify(examples.User) }).length, 1)
  })

  it('looks into the text', () => {
    assert.deepEqual(check('reaction_added', { reaction: '{' }, inChannel), ['reaction_added/data/reaction: is not text of JSON'])
    const { channel_id: _left, ...rest } = examples.Reaction ?? {}
    assert.deepEqual(check('reaction_added', { reaction: JSON.stringify(rest) }, inChannel), ['reaction_added/data/reaction: lacks the field channel_id'])
  })

  it('refuses missing and unknown fields of the data', () => {
    const { sender_name: _left, ...rest } = posted
    assert.deepEqual(check('posted', rest, inChannel), ['posted/data: lacks the field sender_name'])
    assert.deepEqual(check('posted', { ...posted, more: 1 }, inChannel), ['posted/data: has the unknown field more'])
    assert.deepEqual(check('posted', { ...posted, image: true }, inChannel), ['posted/data/image: must be "true" (found true)'])
    assert.deepEqual(check('posted', { ...posted, channel_type: 'X' }, inChannel).length, 1)
  })

  it('refuses an event for nobody in particular that has an audience', () => {
    assert.deepEqual(check('typing', { parent_id: '', user_id: exampleId('u') }), ['typing/broadcast: none of channel_id, omit_users is filled'])
  })

  it('refuses envelopes that lack something', () => {
    assert.deepEqual(contract.checkEvent({ event: 'new_user', data: { user_id: exampleId('u') }, broadcast: nobody }), ['new_user: lacks the field seq'])
    assert.deepEqual(check('new_user', { user_id: exampleId('u') }, { ...nobody, user_id: null }).length, 1)
    assert.deepEqual(contract.checkEvent('[]'), ['message: is not an object'])
    assert.deepEqual(contract.checkEvent('{'), ['message: is not JSON'])
  })

  it('refuses events that no client knows', () => {
    assert.deepEqual(check('post_created', {}), ['post_created: is not an event that clients know'])
  })

  it('wants hello first', () => {
    const hello = { server_version: '11.9.0.11.9.0.none.false', connection_id: exampleId('k'), server_hostname: 'nest' }
    assert.deepEqual(check('hello', hello, forUser, 0), [])
    assert.deepEqual(check('hello', hello, forUser, 1), ['hello/seq: must be 0'])
  })

  it('takes replies of the known form', () => {
    const error = { id: 'a', message: 'b', detailed_error: '', status_code: 400 }
    assert.deepEqual(contract.checkEvent({ status: 'OK', seq_reply: 1 }), [])
    assert.deepEqual(contract.checkEvent({ status: 'OK', seq_reply: 2, data: { text: 'pong' } }), [])
    assert.deepEqual(contract.checkEvent({ status: 'FAIL', seq_reply: 2, error }), [])
    assert.deepEqual(contract.checkEvent({ status: 'FAIL', seq_reply: 2 }), ['reply: fails without an error'])
    assert.deepEqual(contract.checkEvent({ status: 'OK', seq_reply: 2, error }), ['reply: is OK and has an error'])
    assert.equal(contract.checkEvent({ status: 'FINE', seq_reply: 0 }).length, 2)
  })
})
